/**
 * A repo on this machine as it stands in its working tree. It watches what its loads asked for, and nothing else, and where
 * head is; what comes together is told once. While git writes the working tree nothing is told, because half of a checkout
 * is nobody's wish.
 */
import { lstat } from 'node:fs/promises';
import { join, posix, resolve } from 'node:path';
import type { DriverRegistry } from '../../drivers/driver.ts';
import { openWorkspace } from '../../flow/workspace.ts';
import { readHead } from '../../git/head.ts';
import { openRepository } from '../../git/repository.ts';
import { ParsedFiles } from '../../manifest/parsed-files.ts';
import { SETTINGS_FILE } from '../../manifest/settings.ts';
import { InvalidManifestsError } from '../../model/failure.ts';
import type { Vault } from '../../model/secret.ts';
import type { Clock } from '../clock.ts';
import type { DeclaredInputs } from '../sources/commit-declaration.ts';
import { isChangedSince } from './changed-since.ts';
import { GIT_MS, isGitAtWork } from './git-at-work.ts';
import { HeadWatch } from '../sources/head-watch.ts';
import type { Declaration, Source, SourceListener } from '../sources/source.ts';
import { FileWatch } from './file-watch.ts';
import { Gathering } from './gathering.ts';
import type { OpenWatch, WatchedNames } from './open-watch.ts';
import { Readings } from './readings.ts';
import { savedWords, type TouchedFile } from './saved-words.ts';
import { WorkingTreeDeclaration } from './working-tree-declaration.ts';

export interface WorkingTreeOptions {
  readonly directory: string;
  readonly drivers: DriverRegistry;
  readonly environment: NodeJS.ProcessEnv;
  readonly inputs: DeclaredInputs;
  readonly clock: Clock;
  readonly changing: boolean;
  /** Only these environments; empty for all. */
  readonly names: readonly string[];
  /** So long nothing more must be saved. */
  readonly debounceMs: number;
  /** Something that the reader should know, and that keeps nothing from going on. */
  onNote(text: string): void;
  /** Settings have mistakes: what was valid last is held. */
  onInvalid?(error: InvalidManifestsError): void;
  readonly openWatch?: OpenWatch;
}

const LONGEST_MS = 1_000;

const POLL_MS = 30_000;
const HEAD = Symbol('head');

export class WorkingTreeSource implements Source {
  readonly name: string;
  readonly where: string;
  readonly root: string;
  readonly #options: WorkingTreeOptions;
  readonly #gitDir: string;
  readonly #parsed = new ParsedFiles();
  readonly #readings: Readings;
  #folder = 'environments';
  #watch: FileWatch | null = null;
  #isPolling = false;
  #aimed: ReadonlySet<string> = new Set();
  /** When the first load began. */
  #since: number = Number.POSITIVE_INFINITY;
  #changed: ((path: string) => void) | null = null;
  /** What was told last of; `undefined` before anything was read. */
  #commit: string | null | undefined;
  /** Of the last readings: what runs may still be told of by the one before. */
  readonly #vaults: Vault[] = [];

  private constructor(options: WorkingTreeOptions, place: { readonly root: string; readonly gitDir: string }) {
    this.name = posix.basename(place.root);
    this.where = place.root;
    this.root = place.root;
    this.#gitDir = place.gitDir;
    this.#options = options;
    this.#readings = new Readings(place.root);
  }

  static async open(options: WorkingTreeOptions, signal: AbortSignal): Promise<WorkingTreeSource> {
    return new WorkingTreeSource(options, await openRepository(options.directory, signal));
  }

  get #headLog(): string {
    return join(this.#gitDir, 'logs', 'HEAD');
  }

  /** Whether an environment is meant. */
  serves(name: string): boolean {
    const { names } = this.#options;
    return names.length === 0 || names.includes(name);
  }

  /** Also of those that are not meant. */
  async allNames(signal: AbortSignal): Promise<readonly string[]> {
    await using declaration = await this.#read(signal, () => true);
    return await declaration.names();
  }

  read(signal: AbortSignal): Promise<Declaration> {
    return this.#read(signal, (name) => this.serves(name));
  }

  async #read(signal: AbortSignal, isMeant: (name: string) => boolean): Promise<WorkingTreeDeclaration> {
    const { drivers, environment, changing, inputs } = this.#options;
    const opening = openWorkspace({ directory: this.root, drivers, environment, changing }, signal);
    const workspace = await opening.catch((error: unknown) => {
      if (error instanceof InvalidManifestsError) this.#options.onInvalid?.(error);
      throw error;
    });
    this.#folder = workspace.settings.folders.environments;
    this.#commit ??= workspace.repository.revision.commit;
    this.#vaults.splice(0, Math.max(0, this.#vaults.length - 1));
    this.#vaults.push(workspace.vault);
    return new WorkingTreeDeclaration({
      workspace,
      inputs,
      parse: (file, bytes) => this.#parsed.parse(file, bytes),
      isMeant,
      onAsked: (name, asked, since) => {
        this.#readings.asked(name, asked);
        void this.#aim(since);
      },
      onLoaded: (loaded, asked) => this.#readings.loaded(loaded, asked),
    });
  }

  /** Takes secrets that were read out of a text. */
  mask(text: string): string {
    return this.#vaults.reduce((masked, vault) => vault.mask(masked), text);
  }

  async watch(listener: SourceListener, signal: AbortSignal): Promise<void> {
    const { clock, debounceMs, onNote, openWatch } = this.#options;
    using gathering = new Gathering<string | typeof HEAD>({
      clock,
      quietMs: debounceMs,
      longestMs: Math.max(LONGEST_MS, debounceMs),
      heldMs: GIT_MS,
      isHeld: () => isGitAtWork(this.#gitDir),
      tell: (items) => void this.#tell(items, { listener, head, signal }),
    });
    await using watch = new FileWatch({
      base: this.root,
      changed: (path) => gathering.add(path === this.#headLog ? HEAD : path),
      polling: (why) => {
        onNote(`files are looked at every half second, because they cannot be watched: ${why}`);
        this.#isPolling = true;
        void this.#aim(Date.now());
      },
      ...(openWatch === undefined ? {} : { open: openWatch }),
    });
    using head = new HeadWatch({
      gitDir: this.#gitDir,
      clock,
      pollMs: POLL_MS,
      isWell: () => true,
      moved: () => gathering.add(HEAD),
    });
    this.#watch = watch;
    this.#changed = (path) => gathering.add(path);
    await this.#aimHead(head, signal);
    await this.#aim(Math.min(this.#since, Date.now()));
    // It may have moved since it was read first.
    gathering.add(HEAD);
    const { promise, resolve: stop } = Promise.withResolvers<void>();
    if (signal.aborted) stop();
    signal.addEventListener('abort', () => stop(), { once: true });
    await promise;
    this.#watch = null;
    this.#changed = null;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }

  async #tell(
    items: ReadonlySet<string | typeof HEAD>,
    {
      listener,
      head,
      signal,
    }: { readonly listener: SourceListener; readonly head: HeadWatch; readonly signal: AbortSignal },
  ): Promise<void> {
    const files = [...items].filter((item) => item !== HEAD).map((path) => this.#readings.inRepo(path));
    const commit = items.has(HEAD) ? await this.#aimHead(head, signal) : this.#commit;
    if (signal.aborted) return;
    if (commit !== undefined && commit !== this.#commit) {
      this.#commit = commit;
      // To commit what was saved before says nothing new.
      const now = await this.#readings.allNow();
      if (signal.aborted) return;
      listener.changed({
        kind: 'git',
        reason: `commit ${commit?.slice(0, 12) ?? 'gone'}`,
        isWord: (read) => this.#readings.isOutdated(read, now),
      });
    } else if (files.length > 0) {
      const reason = savedWords(await Promise.all(files.map((path) => this.#touched(path))));
      const now = await this.#readings.foundNow(files);
      if (signal.aborted) return;
      listener.changed({
        kind: 'files',
        reason,
        concerns: (_files, _folder, read) => read === undefined || this.#readings.concerns(now, read, this.#folder),
      });
    }
  }

  async #touched(path: string): Promise<TouchedFile> {
    const found = await lstat(resolve(this.root, path)).catch(() => null);
    return { path, is: found === null ? 'gone' : found.isDirectory() ? 'folder' : 'file' };
  }

  /** Where head is; what is wrong with the repo is told by whoever reads what is declared. */
  async #aimHead(watch: HeadWatch, signal: AbortSignal): Promise<string | null | undefined> {
    try {
      const head = await readHead(this.root, this.#gitDir, signal);
      await watch.aim(head.ref);
      return head.commit;
    } catch {
      return this.#commit;
    }
  }

  /** What was changed since the load, and before it was watched, counts as well. */
  async #aim(since: number): Promise<void> {
    const watch = this.#watch;
    if (watch === null) {
      this.#since = Math.min(this.#since, since);
      return;
    }
    const wanted = this.#wanted();
    const added = [...wanted.paths, ...wanted.folders].filter((path) => !this.#aimed.has(path));
    this.#aimed = new Set([...wanted.paths, ...wanted.folders]);
    await watch.aim(wanted);
    for (const path of added) {
      if (await isChangedSince(path, since)) this.#changed?.(path);
    }
  }

  #wanted(): WatchedNames {
    const absolute = (path: string): string => resolve(this.root, path);
    const { all } = this.#readings;
    const paths = new Set([SETTINGS_FILE, ...all.paths].map(absolute));
    // Where git's folder cannot be watched either, this is written whenever head moves.
    if (this.#isPolling) paths.add(this.#headLog);
    const folders = new Set([this.#folder, ...all.folders].map(absolute));
    return { paths, folders };
  }
}
