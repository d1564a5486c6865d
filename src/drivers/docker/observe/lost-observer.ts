/** The observer of an engine that nobody can find: it says so, and hears nothing. */
import { once } from 'node:events';
import type { TrueupError } from '../../../model/failure.ts';
import type { Observer } from '../../driver.ts';
import type { EngineEvent } from '../../engine-event.ts';
import type { LogLine } from '../../log-line.ts';
import type { Scope } from '../../scope.ts';

export function lostObserver(engine: string, error: TrueupError): Observer {
  const reason = error.next === null ? error.message : `${error.message}; ${error.next}`;
  return {
    async observe(_scope: Scope, signal: AbortSignal) {
      signal.throwIfAborted();
      return { status: 'unreachable', engine, error: reason, provided_by: null };
    },
    async observeForeign(_selection, signal) {
      signal.throwIfAborted();
      return { status: 'unreachable', error: reason };
    },
    saveImages: () => Promise.reject(error),
    async *events(_scope: Scope, signal: AbortSignal): AsyncGenerator<EngineEvent> {
      yield { type: 'gap', reason };
      if (!signal.aborted) await once(signal, 'abort');
    },
    logs: (): AsyncIterable<LogLine> => ({
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(error) }),
    }),
    close: () => Promise.resolve(),
  };
}
