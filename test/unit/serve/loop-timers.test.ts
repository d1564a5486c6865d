import { expect, it, vi } from 'vitest';
import { LoopTimers } from '../../../src/serve/loop/loop-timers.ts';
import type { Clock } from '../../../src/serve/clock.ts';

/** Calls what is due once it is told to. */
function handClock(): { readonly clock: Clock; pass(milliseconds: number): void } {
  let now = 0;
  const waiting = new Set<{ readonly at: number; readonly act: () => void }>();
  const clock: Clock = {
    now: () => now,
    wall: () => now,
    random: () => 0.5,
    after(milliseconds, act) {
      const one = { at: now + milliseconds, act };
      waiting.add(one);
      return { [Symbol.dispose]: () => void waiting.delete(one) };
    },
  };
  return {
    clock,
    pass(milliseconds) {
      now += milliseconds;
      for (const one of [...waiting].filter(({ at }) => at <= now)) {
        waiting.delete(one);
        one.act();
      }
    },
  };
}

it('only looks when the pauses of heals end, and no more once another pass has begun', () => {
  const { clock, pass } = handClock();
  const [look, trigger] = [vi.fn(), vi.fn()];
  using timers = new LoopTimers({ clock, fullEveryMs: 1_000_000, forget: () => undefined, trigger, look });

  timers.follow(null, [1000, 5000]);
  pass(1000);
  expect(look).not.toHaveBeenCalled();
  pass(1);
  expect(look).toHaveBeenCalledTimes(1);
  timers.passBegins();
  pass(10_000);

  expect(look).toHaveBeenCalledTimes(1);
  expect(trigger).not.toHaveBeenCalled();
});
