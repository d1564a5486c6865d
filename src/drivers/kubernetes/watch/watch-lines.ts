/** The lines of a watch of the Kubernetes client, one after the other. */
import type { Json } from '../../../model/json.ts';
import { loadKubeConfig } from './kube-config.ts';
import type { WatchFrom, WatchLine } from './watch-list.ts';

export async function watchesOf(kubeconfig: string): Promise<WatchFrom> {
  const { Watch } = await import('@kubernetes/client-node');
  const config = await loadKubeConfig(kubeconfig);
  return async function* (path, query, signal): AsyncGenerator<WatchLine> {
    signal.throwIfAborted();
    const waiting: WatchLine[] = [];
    let isOver = false;
    let wake = Promise.withResolvers<void>();
    const over = (): void => {
      isOver = true;
      wake.resolve();
    };
    const begun = new Watch(config).watch(
      path,
      { ...query, allowWatchBookmarks: true },
      (type: string, object: Json) => {
        waiting.push({ type, object });
        wake.resolve();
      },
      over,
    );
    // It begins once the server answers; whoever stops before that does not wait for it.
    const stop = (): void => {
      over();
      begun.then((controller) => controller.abort(), over);
    };
    begun.catch(over);
    signal.addEventListener('abort', stop, { once: true });
    try {
      for (;;) {
        const line = waiting.shift();
        if (line !== undefined) yield line;
        else if (isOver) return;
        else {
          await wake.promise;
          wake = Promise.withResolvers<void>();
        }
      }
    } finally {
      signal.removeEventListener('abort', stop);
      stop();
    }
  };
}
