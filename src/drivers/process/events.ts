/**
 * What happens to the objects of a scope. All scopes of a registry share one watch, which lives as long as somebody
 * listens. A stream begins with a gap: from then on nothing is missed, and what was before it is for the listener to
 * look at.
 */
import type { EngineEvent } from '../engine-event.ts';
import type { ObjectReference, Scope } from '../scope.ts';
import type { Engine } from './engine.ts';
import { RegistryWatch } from './registry-watch.ts';
import { isInScope, type Mark, type Trace } from './traces.ts';

/** By the root of the registry; each goes when nobody listens any more. */
const WATCHES = new Map<string, RegistryWatch>();

/** Who does not take this many hears that there was a gap. */
const MOST_WAITING = 1000;

/** What an observation has just found paused, by the root of its registry: whoever listens there looks at it again. */
export function tellPaused(root: string, names: readonly string[]): void {
  if (names.length > 0) WATCHES.get(root)?.seenPaused(names);
}

export async function* watchScope(engine: Engine, scope: Scope, signal: AbortSignal): AsyncGenerator<EngineEvent> {
  let waiting: EngineEvent[] = [];
  let wake: (() => void) | null = null;
  const add = (...events: readonly EngineEvent[]): void => {
    waiting.push(...events);
    if (waiting.length > MOST_WAITING) waiting = [{ type: 'gap', reason: 'too much happened at once' }];
    wake?.();
  };
  using _listening = listening(engine, scope, add);
  const stop = (): void => wake?.();
  signal.addEventListener('abort', stop, { once: true });
  try {
    while (!signal.aborted) {
      const events = waiting;
      waiting = [];
      for (const event of events) {
        yield event;
        if (signal.aborted) return;
      }
      if (waiting.length > 0) continue;
      const { promise, resolve } = Promise.withResolvers<undefined>();
      wake = () => resolve(undefined);
      await promise;
      wake = null;
    }
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function listening(engine: Engine, scope: Scope, add: (...events: readonly EngineEvent[]) => void): Disposable {
  const watch = WATCHES.get(engine.root) ?? new RegistryWatch(engine);
  WATCHES.set(engine.root, watch);
  const isOurs = (trace: Trace | null): Trace | null => (trace !== null && isInScope(trace, scope) ? trace : null);
  const listener = {
    concerns: (object: Mark) => isInScope(object, scope),
    changed: (before: Trace | null, after: Trace | null) => add(...eventsOf(isOurs(before), isOurs(after))),
    gap: (reason: string) => add({ type: 'gap', reason }),
  };
  watch.add(listener);
  return {
    [Symbol.dispose]() {
      watch.delete(listener);
      if (!watch.isIdle) return;
      watch[Symbol.dispose]();
      if (WATCHES.get(engine.root) === watch) WATCHES.delete(engine.root);
    },
  };
}

function* eventsOf(before: Trace | null, after: Trace | null): Generator<EngineEvent> {
  if (after === null) {
    if (before !== null) yield { type: 'changed', object: referenceTo(before), action: 'removed' };
    return;
  }
  const object = referenceTo(after);
  if (before === null) yield { type: 'changed', object, action: 'created' };
  // What was made and started between two looks did both.
  const isOther = after.state !== (before?.state ?? 'created');
  if (after.state !== null && isOther) yield { type: 'changed', object, action: after.state };
  else if (before !== null) yield { type: 'changed', object, action: 'updated' };
}

function referenceTo({ kind, name }: Mark): ObjectReference {
  return { type: kind, name };
}
