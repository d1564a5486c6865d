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

  it('can be taken for several keys: whoever comes later for one of them waits, and none does afterwards', async () => {
    const turns = new Turns();
    const all = Promise.withResolvers<void>();
    const began = Promise.withResolvers<void>();
    const seen: string[] = [];

    const both = turns.takeAll(['a', 'b'], async () => {
      began.resolve();
      await all.promise;
      seen.push('both');
    });
    await began.promise;
    const later = ['a', 'b'].map((key) => turns.take(key, () => Promise.resolve(seen.push(key))));
    await turns.takeAll([], () => Promise.resolve(seen.push('none')));

    expect(seen).toEqual(['none']);
    all.resolve();
    await Promise.all([both, ...later]);
    expect(seen.slice(0, 2)).toEqual(['none', 'both']);
    expect(seen.slice(2).toSorted()).toEqual(['a', 'b']);
  });
});
