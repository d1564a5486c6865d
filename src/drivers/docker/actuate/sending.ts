/**
 * Calls that change something: neither cut off in the middle by an interrupt, nor taken for failed because their answer
 * got lost.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { TrueupError } from '../../../model/failure.ts';

/** How long a call that is under way may go on after an interrupt. */
const PATIENCE_MS = 5000;

/** Pauses before each look at what became of a call without an answer: the engine may just be coming back. */
const LOOKS_AFTER_MS = [0, 500, 1500, 3000];

export async function sendCall<T>(
  signal: AbortSignal,
  call: (signal: AbortSignal) => Promise<T>,
  tookEffect: () => Promise<T | null> = () => Promise.resolve(null),
): Promise<T> {
  signal.throwIfAborted();
  const patient = patientSignal(signal);
  try {
    return await call(patient.signal);
  } catch (error) {
    signal.throwIfAborted();
    if (!isUncertain(error)) throw error;
    const found = await lookAgain(tookEffect, signal);
    if (found === null) throw error;
    return found;
  } finally {
    patient.end();
  }
}

async function lookAgain<T>(tookEffect: () => Promise<T | null>, signal: AbortSignal): Promise<T | null> {
  for (const pause of LOOKS_AFTER_MS) {
    await delay(pause, undefined, { signal }).catch(() => signal.throwIfAborted());
    try {
      const found = await tookEffect();
      if (found !== null) return found;
    } catch (error) {
      signal.throwIfAborted();
      if (!isUncertain(error)) throw error;
    }
  }
  return null;
}

/** Nobody knows whether the engine did it. */
function isUncertain(error: unknown): boolean {
  return error instanceof TrueupError && error.retryable;
}

/** Aborts some time after another signal did. */
function patientSignal(signal: AbortSignal): { readonly signal: AbortSignal; end(): void } {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const begin = (): void => {
    timer = setTimeout(() => controller.abort(signal.reason), PATIENCE_MS);
  };
  signal.addEventListener('abort', begin, { once: true });
  return {
    signal: controller.signal,
    end(): void {
      signal.removeEventListener('abort', begin);
      clearTimeout(timer);
    },
  };
}
