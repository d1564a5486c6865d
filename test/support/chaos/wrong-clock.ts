/** Environment variables with which a command of trueup has a wrong clock, or one that is set while it runs. */
import { join } from 'node:path';

export interface WrongClock {
  readonly shiftMs: number;
  /** When it is set; from the beginning when absent. */
  readonly afterMs?: number;
}

export function wrongClock({ shiftMs, afterMs = 0 }: WrongClock): Readonly<Record<string, string>> {
  return {
    NODE_OPTIONS: `--require=${join(import.meta.dirname, 'clock-shift.cjs')}`,
    TEST_CLOCK_SHIFT_MS: String(shiftMs),
    TEST_CLOCK_JUMP_AFTER_MS: String(afterMs),
  };
}
