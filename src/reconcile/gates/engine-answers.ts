/** Waits for an engine inside of a VM that has just become ready: it may need a moment more than the VM itself. */
import type { Observer } from '../../drivers/driver.ts';
import type { Scope } from '../../drivers/scope.ts';
import { formatDuration } from '../../model/duration.ts';
import { TrueupError } from '../../model/failure.ts';
import { pause } from '../../state/pause.ts';

export interface AwaitedEngine {
  readonly name: string;
  readonly observer: Observer;
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

/** Rejects with `engine_unreachable`, and with what the engine, or the way to it, said last. */
export async function waitForEngine(engine: AwaitedEngine, signal: AbortSignal): Promise<void> {
  const { name, observer, scope, timeoutMs, now, told } = engine;
  const startedAt = now();
  for (let next = FIRST_PAUSE_MS; ; next = Math.min(next * 1.5, LONGEST_PAUSE_MS)) {
    const observation = await observer.observe(scope, signal);
    signal.throwIfAborted();
    if (observation.status === 'known') return;
    const why = observation.status === 'unreachable' ? observation.error : 'it does not exist';
    if (now() - startedAt >= timeoutMs) throw silent(name, why, timeoutMs);
    told(why);
    await pause(next, signal);
  }
}

function silent(name: string, why: string, timeoutMs: number): TrueupError {
  const message = `engine "${name}" did not answer within ${formatDuration(timeoutMs)} of its VM being ready: ${why}`;
  return new TrueupError('engine_unreachable', message, {
    retryable: true,
    fields: { engine: name },
    next: 'see in the VM whether it runs there (`trueup exec`), and apply again: what was done is not done twice',
  });
}
