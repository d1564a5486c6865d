/**
 * File notifications of a registry, by object. They are a hint that something may have changed: they may be late, too
 * many, or missing, and who is told of them looks.
 */
import { type FSWatcher, statSync, watch } from 'node:fs';
import { basename } from 'node:path';
import { errnoOf } from '../../files/errno.ts';
import { DATA, type EntryKind, FILES, isSafeName, kindFolder, objectFolder } from './layout.ts';

export interface WatchListener {
  /** Something of this object may have changed. */
  touched(kind: EntryKind, name: string): void;
  /** Which objects there are may have changed. */
  listed(): void;
  /** Told once: there are no more watches to be had. */
  exhausted(reason: string): void;
}

/** Like `watch` of node:fs, for tests that have none left. */
export type WatchFolder = (path: string, listener: (event: string, file: string | null) => void) => FSWatcher;

interface Watched {
  readonly watcher: FSWatcher;
  readonly inode: number;
}

/** `refused` where there is something that cannot be watched. */
type Followed = 'kept' | 'begun' | 'missing' | 'refused';

/** What else lies in the folder of an object says nothing, and a log is written to all the time. */
const TELLING: ReadonlySet<string> = new Set([FILES.state, FILES.stop, FILES.entry, FILES.ownership, DATA]);
const KINDS: readonly EntryKind[] = ['service', 'volume'];

/** Enough for any machine; kernels allow at least twice as many. */
const MOST_WATCHES = 4096;

export class FolderWatches implements Disposable {
  readonly #watched = new Map<string, Watched>();
  readonly #root: string;
  readonly #listener: WatchListener;
  readonly #watchFolder: WatchFolder;
  #isExhausted = false;
  #isClosed = false;

  constructor(root: string, listener: WatchListener, watchFolder: WatchFolder = watch) {
    this.#root = root;
    this.#listener = listener;
    this.#watchFolder = watchFolder;
  }

  /**
   * The root and the folders in it, where they are there by now. Whether whatever comes or goes in them has been told since
   * the call before.
   */
  followRoot(): boolean {
    const folders = KINDS.map((kind) => [kind, kindFolder(this.#root, kind)] as const);
    const names = new Set(folders.map(([, folder]) => basename(folder)));
    const isRootKept = this.#follow(this.#root, (file) => {
      if (file !== null && !names.has(file) && file !== basename(this.#root)) return;
      for (const path of [this.#root, ...folders.map(([, folder]) => folder)]) this.#drop(path);
      this.#listener.listed();
    });
    const kept = folders.map(([kind, folder]) => {
      const how = this.#follow(folder, (file) => {
        if (file === null || !isSafeName(file) || file === basename(folder)) return this.#listener.listed();
        // Another folder may have come under this name, even under the same inode.
        this.forget(kind, file);
        this.#listener.touched(kind, file);
      });
      // That it comes is told by the root.
      return how === 'kept' || how === 'missing';
    });
    return isRootKept === 'kept' && kept.every(Boolean);
  }

  /** Whether what happens to the object from now on is told. */
  follow(kind: EntryKind, name: string): boolean {
    const how = this.#follow(objectFolder(this.#root, kind, name), (file) => {
      if (file === name) this.forget(kind, name);
      if (file === null || file === name || TELLING.has(file)) this.#listener.touched(kind, name);
    });
    return how === 'kept' || how === 'begun';
  }

  forget(kind: EntryKind, name: string): void {
    this.#drop(objectFolder(this.#root, kind, name));
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    for (const { watcher } of this.#watched.values()) watcher.close();
    this.#watched.clear();
  }

  /** Another folder may stand in the place of the one that is watched. */
  #follow(path: string, tell: (file: string | null) => void): Followed {
    const inode = inodeOf(path);
    const known = this.#watched.get(path);
    if (known !== undefined && known.inode === inode) return 'kept';
    this.#drop(path);
    if (inode === null) return 'missing';
    if (this.#isClosed || this.#watched.size >= MOST_WATCHES) return 'refused';
    try {
      const watcher = this.#watchFolder(path, (_, file) => tell(file));
      this.#watched.set(path, { watcher, inode });
      watcher.on('error', () => {
        if (this.#watched.get(path)?.watcher === watcher) this.#drop(path);
        tell(null);
      });
      return 'begun';
    } catch (error) {
      this.#failed(error);
      return 'refused';
    }
  }

  #failed(error: unknown): void {
    const errno = errnoOf(error);
    // What went away in this moment needs no watch.
    if (this.#isExhausted || errno === null || errno === 'ENOENT' || errno === 'ENOTDIR') return;
    this.#isExhausted = true;
    this.#listener.exhausted(errno);
  }

  #drop(path: string): void {
    this.#watched.get(path)?.watcher.close();
    this.#watched.delete(path);
  }
}

/** `null` where there is nothing, or nothing that one may look at. */
function inodeOf(path: string): number | null {
  try {
    return statSync(path, { throwIfNoEntry: false })?.ino ?? null;
  } catch {
    return null;
  }
}
