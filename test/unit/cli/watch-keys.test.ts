import { describe, expect, it } from 'vitest';
import { keysIn } from '../../../src/cli/watch/keys.ts';

describe('keys', () => {
  it('are told apart where several come at once, and what means nothing is left out', () => {
    expect(keysIn('pF\u001B[A\u001BOBxj\u0003\u001B[15~é')).toEqual([
      'pause',
      'force',
      'up',
      'down',
      'down',
      'interrupt',
    ]);
  });
});
