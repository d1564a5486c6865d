/**
 * Tells when somebody freezes something, or ends that, in one state folder: by the file system. Where it cannot be watched,
 * the next pass finds it. The folders need not be there, and come and go.
 */
import { type FSWatcher, readdirSync, watch } from 'node:fs';
import { basename, join } from 'node:path';
import type { Clock } from '../clock.ts';

export interface FreezeWatchOptions {
  /** The state folder. */
  readonly path: string;
  readonly clock: Pick<Clock, 'after'>;
  /** Given the name of the environment. */
  changed(environment: string): void;
}

const FOLDER = 'freezes';

/** A freeze is several writes: so long they are gathered. */
const GATHER_MS = 20;
/** A state folder that is gone is looked for after this, and then ever more rarely. */
const LOOK_MS = 250;
const LOOK_AT_MOST_MS = 30_000;

export class FreezeWatch implements Disposable {
  readonly #options: FreezeWatchOptions;
  readonly #watchers = new Map<string, FSWatcher>();
  readonly #moved = new Set<string>();
  #gathering: Disposable | null = null;
  #looking: Disposable | null = null;
  #isClosed = false;

  constructor(options: FreezeWatchOptions) {
    this.#options = options;
    this.#begin(false, LOOK_MS);
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    this.#gathering?.[Symbol.dispose]();
    this.#looking?.[Symbol.dispose]();
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  /** The state folder is somebody's to remove, and is made anew by whoever remembers something next. */
  #begin(isNews: boolean, pauseMs: number): void {
    if (this.#isClosed) return;
    const { path, clock } = this.#options;
    const isThere = this.#watch(path, (name) => {
      if (name === FOLDER) this.#aim(true);
    });
    this.#aim(isNews);
    if (isThere) return;
    this.#looking?.[Symbol.dispose]();
    this.#looking = clock.after(pauseMs, () => this.#begin(true, Math.min(2 * pauseMs, LOOK_AT_MOST_MS)));
  }

  /** `isNews`: what is in folders that were not watched until now was written unseen. */
  #aim(isNews: boolean): void {
    const top = join(this.#options.path, FOLDER);
    this.#watch(top, () => this.#aim(true));
    for (const name of foldersIn(top)) {
      const isNew = this.#watch(join(top, name), (file) => {
        if (file === null || file.endsWith('.json')) this.#note(name);
      });
      if (isNew && isNews) this.#note(name);
    }
  }

  /** Whether it was not watched before, and is now. */
  #watch(folder: string, heard: (name: string | null) => void): boolean {
    if (this.#isClosed || this.#watchers.has(folder)) return false;
    try {
      const watcher = watch(folder, { persistent: false }, (_event, name) => {
        if (name === basename(folder)) this.#gone(folder);
        heard(name);
      });
      watcher.on('error', () => this.#forget(folder));
      this.#watchers.set(folder, watcher);
      return true;
    } catch {
      return false;
    }
  }

  /** A folder that takes its place is another, and what it has was written unseen. */
  #gone(folder: string): void {
    this.#forget(folder);
    if (folder === this.#options.path) this.#begin(true, LOOK_MS);
    else this.#aim(true);
  }

  #forget(folder: string): void {
    this.#watchers.get(folder)?.close();
    this.#watchers.delete(folder);
  }

  #note(name: string): void {
    if (this.#isClosed) return;
    this.#moved.add(name);
    this.#gathering ??= this.#options.clock.after(GATHER_MS, () => {
      this.#gathering = null;
      const moved = [...this.#moved];
      this.#moved.clear();
      for (const one of moved) this.#options.changed(environmentOf(one));
    });
  }
}

function foldersIn(path: string): readonly string[] {
  try {
    const entries = readdirSync(path, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch {
    return [];
  }
}

function environmentOf(folder: string): string {
  try {
    return decodeURIComponent(folder);
  } catch {
    return folder;
  }
}
