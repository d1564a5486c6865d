/**
 * What happens to clusters. kwokctl tells nobody, so folders, processes and the kubeconfigs of the user are looked at again and again,
 * which costs little; and the workers and addons of each cluster that runs are listened to through its API. It is a hint: who hears it
 * looks.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { EngineEvent } from '../../engine-event.ts';
import { kubeconfigStamps } from '../../kubernetes/kubeconfig/stamps.ts';
import type { Scope } from '../../scope.ts';
import type { Engine } from '../engine.ts';
import { type FolderSight, lookAtReadable } from './look-at-folder.ts';
import { apiListeners } from './api-listeners.ts';

const LOOK_AGAIN_MS = 1_000;

export async function* clusterEvents(engine: Engine, scope: Scope, signal: AbortSignal): AsyncGenerator<EngineEvent> {
  const heard: EngineEvent[] = [];
  let wake = Promise.withResolvers<void>();
  const listeners = apiListeners((name, what) => {
    heard.push(changed(name, what));
    wake.resolve();
  });
  try {
    let seen = await lookAtAll(engine, scope);
    yield { type: 'gap', reason: 'it begins to listen' };
    while (!signal.aborted) {
      listeners.listenTo([...seen.values()]);
      yield* heard.splice(0);
      await wokenOrLater(wake.promise, signal);
      wake = Promise.withResolvers<void>();
      if (signal.aborted) return;
      const now = await lookAtAll(engine, scope);
      for (const name of new Set([...seen.keys(), ...now.keys()])) {
        const [before, after] = [seen.get(name), now.get(name)];
        if (JSON.stringify(before) === JSON.stringify(after)) continue;
        yield changed(name, before === undefined ? 'create' : after === undefined ? 'remove' : 'change');
      }
      seen = now;
    }
  } finally {
    await listeners.close();
  }
}

/** At the latest when it is time to look again. */
async function wokenOrLater(woken: Promise<void>, signal: AbortSignal): Promise<void> {
  const enough = new AbortController();
  const pause = delay(LOOK_AGAIN_MS, undefined, { signal: AbortSignal.any([signal, enough.signal]) });
  await Promise.race([woken, pause.catch(() => undefined)]);
  enough.abort();
}

function changed(name: string, action: string): EngineEvent {
  return { type: 'changed', object: { type: 'cluster', name }, action };
}

interface Seen extends FolderSight {
  /** One text for each kubeconfig that leads to it. */
  readonly leading: readonly string[];
}

/** Of each cluster that is meant all that can be told without asking anybody. What cannot be read shows none. */
async function lookAtAll(engine: Engine, scope: Scope): Promise<ReadonlyMap<string, Seen>> {
  const meant = await lookAtReadable(engine, scope).catch(() => []);
  const seen = meant.map(async (sight): Promise<readonly [string, Seen]> => {
    const leading = await kubeconfigStamps(sight.mark?.kubeconfigs ?? []);
    return [sight.name, { ...sight, leading }];
  });
  return new Map(await Promise.all(seen));
}
