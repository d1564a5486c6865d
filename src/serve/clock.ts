/** Time and chance of the long-lived side, passed in so that tests decide about both. */
import { steadyClock } from './steady-clock.ts';

export interface Clock {
  /** Milliseconds since the epoch, by the clock on the wall. */
  wall(): number;
  /** Milliseconds since the epoch; never goes back, whatever is done to the wall's. */
  now(): number;
  /** From [0, 1). */
  random(): number;
  /** Calls once, after so many milliseconds, unless it was disposed of before. */
  after(milliseconds: number, call: () => void): Disposable;
}

/** Longer than this a timer of Node does not wait. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export function systemClock(): Clock {
  return {
    wall: () => Date.now(),
    now: steadyClock(),
    random: () => Math.random(),
    after(milliseconds, call) {
      const timer = setTimeout(call, Math.min(Math.max(0, milliseconds), LONGEST_TIMER_MS));
      return { [Symbol.dispose]: () => clearTimeout(timer) };
    },
  };
}
