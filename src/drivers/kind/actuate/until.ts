/** Asks again and again, with a pause between: `null` is too early to tell. Whoever is asked bounds the time, by what has passed. */
import { pauseFor } from '../../wait.ts';

const PAUSE_MS = 500;

export async function until<Answer>(
  ask: (passedMs: number) => Promise<Answer | null>,
  signal: AbortSignal,
): Promise<Answer> {
  const begun = performance.now();
  for (;;) {
    const answer = await ask(performance.now() - begun);
    if (answer !== null) return answer;
    await pauseFor(PAUSE_MS, signal);
  }
}
