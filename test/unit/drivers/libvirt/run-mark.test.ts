import { describe, expect, it } from 'vitest';
import { tailOf } from '../../../../src/drivers/libvirt/run-mark.ts';

describe('what a mark keeps of a console', () => {
  it('is the end of it, in whole lines, as far as there is room', () => {
    const line = 'x'.repeat(1000);
    const lines = [...Array.from({ length: 20 }, (_, index) => `${index} ${line}`), 'ready'];

    expect(tailOf(['ready'])).toEqual(['ready']);
    expect(tailOf(lines)).toEqual(lines.slice(-9));
    expect(tailOf([line.repeat(9), 'ready'])).toEqual(['ready']);
  });
});
