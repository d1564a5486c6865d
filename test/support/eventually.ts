/** Waiting for what the world needs time for: by looking again, with a deadline, never by a sleep that hopes. */
import { setTimeout as delay } from 'node:timers/promises';

/** Asks again until the answer is neither `null` nor `false`; rejects at the deadline, naming what was waited for. */
export async function eventually<T>(
  ask: () => T | null | false | Promise<T | null | false>,
  what: string | (() => string) = 'the condition',
  deadlineMs = 100_000,
): Promise<T> {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== false) return answer;
    if (performance.now() > deadline) throw new Error(`waited in vain for ${typeof what === 'string' ? what : what()}`);
    await delay(10);
  }
}
