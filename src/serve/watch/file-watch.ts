/**
 * Watches files and folders by name, and nothing else: of a folder those names that may be manifests, of a file the file,
 * whether it is there yet or not. Where the machine has no watches left it looks again and again instead, and says so once.
 *
 * Folders around what is watched come and go as well (a branch is switched, a folder is moved), and a watch does not outlive
 * its folder: then all of it is opened anew, and what is different from what was seen last is told. Between two aims nothing
 * is missed, because the new watch stands before the old one goes.
 */
import type { Stats } from 'node:fs';
import type { FSWatcher } from 'chokidar';
import { lookAt, nameOf, type Seen } from './looks.ts';
import { openWatch, type OpenWatch, type WatchedNames, watchedPlaces } from './open-watch.ts';

export interface FileWatchOptions {
  /** The folder around most of what is watched, absolute. */
  readonly base: string;
  changed(path: string): void;
  /** It looks again and again from now on, because of this. */
  polling(why: string): void;
  /** Opens a watch; for tests. */
  readonly open?: OpenWatch;
}

/** Which errors mean that watching is not to be had, on Linux for want of inotify watches or instances. */
const NO_WATCHES: ReadonlySet<string> = new Set(['ENOSPC', 'EMFILE', 'ENFILE', 'ENOSYS']);

export class FileWatch implements AsyncDisposable {
  readonly #options: FileWatchOptions;
  #watcher: FSWatcher | null = null;
  #aim = '';
  #names: WatchedNames = { paths: new Set(), folders: new Set() };
  /** What was seen last of each name. */
  #seen = new Map<string, Seen>();
  #backend: 'native' | 'polling' = 'native';
  #turn: Promise<void> = Promise.resolve();
  #isToReopen = false;
  #isClosed = false;

  constructor(options: FileWatchOptions) {
    this.#options = options;
  }

  /** Resolves once these are watched, and no others. */
  aim(names: WatchedNames): Promise<void> {
    this.#turn = this.#aimAfter(this.#turn, names);
    return this.#turn;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    await this.#turn;
    await this.#watcher?.close();
    this.#watcher = null;
  }

  async #aimAfter(turn: Promise<void>, names: WatchedNames): Promise<void> {
    await turn;
    const aim = JSON.stringify([[...names.paths].sort(), [...names.folders].sort()]);
    if (this.#isClosed || aim === this.#aim) return;
    this.#aim = aim;
    this.#names = names;
    await this.#reopen();
  }

  async #reopen(): Promise<void> {
    this.#isToReopen = false;
    const before = this.#watcher;
    const { open = openWatch, base } = this.#options;
    const watcher = await open(await watchedPlaces(this.#names, base), this.#names, this.#backend);
    this.#watcher = watcher;
    const ready = Promise.withResolvers<void>();
    watcher.on('all', (event, path, stats) => this.#heard(event, path, stats));
    watcher.on('ready', () => ready.resolve());
    watcher.on('error', (error) => {
      ready.resolve();
      this.#failed(error, watcher);
    });
    await ready.promise;
    await before?.close();
    await this.#compare();
  }

  /** Tells what changed while nobody watched. */
  async #compare(): Promise<void> {
    const seen = await lookAt([...this.#names.paths, ...this.#names.folders]);
    const before = this.#seen;
    this.#seen = seen;
    if (this.#isClosed) return;
    for (const [path, now] of seen) if ((before.get(path) ?? now) !== now) this.#options.changed(path);
  }

  #heard(event: string, path: string, stats: Stats | undefined): void {
    const { paths, folders } = this.#names;
    if (paths.has(path) || folders.has(path)) this.#seen.set(path, nameOf(event.startsWith('unlink') ? null : stats));
    const isFolder = event === 'addDir' || event === 'unlinkDir';
    if (isFolder) this.#reopenSoon();
    this.#options.changed(path);
  }

  #reopenSoon(): void {
    if (this.#isToReopen || this.#isClosed) return;
    this.#isToReopen = true;
    this.#turn = this.#reopenAfter(this.#turn);
  }

  async #reopenAfter(turn: Promise<void>): Promise<void> {
    await turn;
    if (!this.#isClosed && this.#isToReopen) await this.#reopen();
  }

  #failed(error: unknown, watcher: FSWatcher): void {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    // Of what cannot be read, or goes while it is looked at, the load will tell.
    if (!NO_WATCHES.has(code) || this.#backend === 'polling' || watcher !== this.#watcher) return;
    this.#backend = 'polling';
    this.#options.polling(error instanceof Error ? error.message : code);
    this.#reopenSoon();
  }
}
