/**
 * Listens to the workers and addons of clusters that run, through their API servers. What kwok writes about its nodes by itself, such
 * as heartbeats, is no news: only what a manifest could say of them is.
 */
import { readingApi } from '../../kubernetes/api/reading.ts';
import { connectTo } from '../../kubernetes/api/connect.ts';
import { listenToAddons } from '../../kubernetes/watch/listen-to-addons.ts';
import { watchesOf } from '../../kubernetes/watch/watch-lines.ts';
import { keepList } from '../../kubernetes/watch/watch-list.ts';
import { readWorkers } from '../actuate/worker-nodes.ts';
import { ownKubeconfig } from '../own-kubeconfig.ts';
import type { FolderSight } from './look-at-folder.ts';

export interface ApiListeners {
  /** Listens to those that run, and to no others any more. */
  listenTo(clusters: readonly FolderSight[]): void;
  /** Resolves once nothing is listened to. */
  close(): Promise<void>;
}

interface Listener {
  /** Another start is another server. */
  readonly start: string;
  readonly ending: AbortController;
  readonly done: Promise<void>;
}

export function apiListeners(changed: (cluster: string, what: 'nodes' | 'addons') => void): ApiListeners {
  const listeners = new Map<string, Listener>();
  const ended: Promise<void>[] = [];
  const end = (name: string): void => {
    const listener = listeners.get(name);
    if (listener === undefined) return;
    listener.ending.abort();
    ended.push(listener.done);
    listeners.delete(name);
  };
  return {
    listenTo(clusters) {
      const starts = new Map(clusters.flatMap((sight) => startOf(sight)));
      for (const [name, { start }] of listeners) if (starts.get(name) !== start) end(name);
      for (const { name, folder } of clusters) {
        const start = starts.get(name);
        if (start === undefined || listeners.has(name)) continue;
        const ending = new AbortController();
        listeners.set(name, { start, ending, done: listen(folder, ending.signal, (what) => changed(name, what)) });
      }
    },
    async close() {
      for (const name of listeners.keys()) end(name);
      await Promise.all(ended);
    },
  };
}

function startOf({ name, components }: FolderSight): readonly (readonly [string, string])[] {
  const server = components.find((component) => component.name === 'kube-apiserver');
  return server?.state === 'running' ? [[name, String(server.pid)]] : [];
}

/** Never rejects: what cannot be listened to is looked at all the same. */
async function listen(folder: string, signal: AbortSignal, changed: (what: 'nodes' | 'addons') => void): Promise<void> {
  try {
    const kubeconfig = await ownKubeconfig(folder);
    const api = readingApi(await connectTo(kubeconfig));
    const watch = await watchesOf(kubeconfig);
    let seen: string | null = null;
    const list = keepList({
      api,
      watch,
      path: '/api/v1/nodes',
      signal,
      changed() {
        const items = list.items();
        const now = items === null ? null : JSON.stringify(readWorkers(items));
        if (now !== null && seen !== null && now !== seen) changed('nodes');
        seen = now ?? seen;
      },
    });
    await Promise.all([list.done, listenToAddons({ api, watch, signal, changed: () => changed('addons') })]);
    api.close();
  } catch {
    // Its kubeconfig is away, or of no use: an observation says so.
  }
}
