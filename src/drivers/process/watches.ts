/** File notifications as a mere hint that something changed: they may be missing, late or too many. */
import { type FSWatcher, watch } from 'node:fs';
import { kindFolder } from './layout.ts';

/** Beyond this many folders the turns of events.ts are enough. */
const MOST_WATCHES = 512;
/** One change of a record is several notifications. */
const SETTLE_MS = 5;

export class FolderWatches implements Disposable {
  readonly #watchers = new Map<string, FSWatcher>();
  #wake: (() => void) | null = null;

  /** Watches these folders and those that hold them, and no other any more. */
  follow(root: string, folders: readonly string[]): void {
    const wanted = new Set(
      [kindFolder(root, 'service'), kindFolder(root, 'volume'), ...folders].slice(0, MOST_WATCHES),
    );
    for (const [folder, watcher] of this.#watchers) {
      if (wanted.has(folder)) continue;
      watcher.close();
      this.#watchers.delete(folder);
    }
    for (const folder of wanted) if (!this.#watchers.has(folder)) this.#watch(folder);
  }

  /** Resolves after the time, earlier at a notification, at once when the signal aborts. Says how long it took. */
  async wait(milliseconds: number, signal: AbortSignal): Promise<number> {
    const begun = performance.now();
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const end = (): void => resolve(undefined);
    const timer = setTimeout(end, milliseconds);
    let settling: NodeJS.Timeout | undefined;
    this.#wake = () => {
      settling ??= setTimeout(end, SETTLE_MS);
    };
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
    await promise;
    this.#wake = null;
    clearTimeout(timer);
    clearTimeout(settling);
    signal.removeEventListener('abort', end);
    return performance.now() - begun;
  }

  [Symbol.dispose](): void {
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  #watch(folder: string): void {
    const forget = (): void => {
      this.#watchers.delete(folder);
    };
    try {
      const watcher = watch(folder, () => this.#wake?.());
      watcher.on('error', () => {
        watcher.close();
        forget();
      });
      this.#watchers.set(folder, watcher);
    } catch {
      // Not there, or no more watches to be had.
      forget();
    }
  }
}
