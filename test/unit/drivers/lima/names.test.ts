import { describe, expect, it } from 'vitest';
import { machinesNamedIn } from '../../../../src/drivers/lima/names.ts';

describe('the machines whose a disk may be', () => {
  it('are told by its name, the longest one first', () => {
    expect(['demo-box.data', 'a.b.c', 'theirs'].map(machinesNamedIn)).toEqual([['demo-box'], ['a.b', 'a'], []]);
  });
});
