import { describe, expect, it } from 'vitest';
import { Turns } from '../../../src/drivers/turns.ts';

describe('turns', () => {
  it('are taken one at a time for one key, in the order of asking, also after one that failed', async () => {
    const turns = new Turns();
    const first = Promise.withResolvers<void>();
    const seen: string[] = [];

    const failing = turns.take('a', async () => {
      seen.push('first');
      await first.promise;
      throw new Error('lost');
    });
    const second = turns.take('a', () => Promise.resolve(seen.push('second')));
    await turns.take('b', () => Promise.resolve(seen.push('other key')));

    expect(seen).toEqual(['first', 'other key']);
    first.resolve();
    await expect(failing).rejects.toThrow('lost');
    await second;
    expect(seen).toEqual(['first', 'other key', 'second']);
  });
});
