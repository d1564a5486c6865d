import { expect, it } from 'vitest';
import { saidWhileSlow } from '../../../src/serve/log/slow-words.ts';

/** A clock that is moved by hand; one timer at a time. */
function handClock(): { now(): number; after(ms: number, call: () => void): Disposable; pass(ms: number): void } {
  let now = 0;
  let due: { readonly at: number; readonly call: () => void } | null = null;
  return {
    now: () => now,
    after(ms, call) {
      const mine = { at: now + ms, call };
      due = mine;
      return { [Symbol.dispose]: () => void (due = due === mine ? null : due) };
    },
    pass(ms) {
      for (const end = now + ms; due !== null && due.at <= end; ) {
        now = due.at;
        const { call } = due;
        due = null;
        call();
      }
      now += 1;
    },
  };
}

it('what takes long is said while it does, less and less often, and not once it is done', async () => {
  const clock = handClock();
  const told: string[] = [];
  const done = Promise.withResolvers<void>();
  const work = saidWhileSlow({ clock, where: 'it', say: (words) => void told.push(words) }, async (step) => {
    step('fetched');
    await done.promise;
  });

  clock.pass(100_000);
  done.resolve();
  await work;
  clock.pass(1_000_000);

  expect(told).toEqual(['it is still being fetched, 15 s so far', 'it is still being fetched, 75 s so far']);
});

it('what is done at once, or fails, is not said', async () => {
  const clock = handClock();
  const told: string[] = [];
  const slow = { clock, where: 'it', say: (words: string) => void told.push(words) };

  await saidWhileSlow(slow, () => Promise.resolve());
  await expect(saidWhileSlow(slow, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  clock.pass(1_000_000);

  expect(told).toEqual([]);
});
