/** Waits for an engine inside of a VM that has just become ready: it may need a moment more than the VM itself. */
import type { Observer } from '../../drivers/driver.ts';
import type { Scope } from '../../drivers/scope.ts';
import { formatDuration } from '../../model/duration.ts';
import { TrueupError } from '../../model/failure.ts';
import type { Observation } from '../../model/observed.ts';
import { pause } from '../../state/pause.ts';

export interface AwaitedEngine {
  readonly name: string;
  readonly observer: Pick<Observer, 'observe'>;
  readonly scope: Scope;
  /** Milliseconds. */
  readonly timeoutMs: number;
  /** Milliseconds from any beginning. */
  now(): number;
  /** Why it does not answer yet. */
  told(why: string): void;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2000;
/** What accepts and never answers is asked anew: it may have been asked too early. */
const LONGEST_LOOK_MS = 30_000;

/** Rejects with `engine_unreachable`, and with what the engine, or the way to it, said last. */
export async function waitForEngine(engine: AwaitedEngine, signal: AbortSignal): Promise<void> {
  const { name, timeoutMs, now, told } = engine;
  const startedAt = now();
  for (let next = FIRST_PAUSE_MS; ; next = Math.min(next * 1.5, LONGEST_PAUSE_MS)) {
    const left = timeoutMs - (now() - startedAt);
    const observation = await lookWithin(Math.max(FIRST_PAUSE_MS, Math.min(left, LONGEST_LOOK_MS)), engine, signal);
    if (observation?.status === 'known') return;
    const why = observation === null ? 'it was asked, and said nothing' : whyOf(observation);
    if (now() - startedAt >= timeoutMs) throw silent(name, why, timeoutMs);
    told(why);
    await pause(next, signal);
  }
}

/** `null` for one that did not answer in time, whatever it makes of being told to stop. */
async function lookWithin(
  ms: number,
  { observer, scope }: AwaitedEngine,
  signal: AbortSignal,
): Promise<Observation | null> {
  const limit = AbortSignal.timeout(Math.ceil(ms));
  const limited = AbortSignal.any([signal, limit]);
  const { promise: ended, resolve } = Promise.withResolvers<null>();
  limited.addEventListener('abort', () => resolve(null), { once: true });
  try {
    const observation = await Promise.race([observer.observe(scope, limited), ended]);
    signal.throwIfAborted();
    return observation;
  } catch (error) {
    signal.throwIfAborted();
    if (limit.aborted) return null;
    throw error;
  }
}

function whyOf(observation: Observation): string {
  return observation.status === 'unreachable' ? observation.error : 'it does not exist';
}

function silent(name: string, why: string, timeoutMs: number): TrueupError {
  const message = `engine "${name}" did not answer within ${formatDuration(timeoutMs)} of its VM being ready: ${why}`;
  return new TrueupError('engine_unreachable', message, {
    retryable: true,
    fields: { engine: name },
    next: 'see in the VM whether it runs there (`trueup exec`), and apply again: what was done is not done twice',
  });
}
