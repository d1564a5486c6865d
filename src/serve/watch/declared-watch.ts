/**
 * What one environment declares in the working tree, for who only looks: loaded anew once something that the last load asked
 * for is other than it was, be it a manifest, a file that is mounted, or one that holds a secret. Secrets that come are known
 * to the vault of the workspace from then on. While there are mistakes, what was valid last stays.
 */
import { resolve } from 'node:path';
import { loadDesired, type LoadOptions } from '../../flow/load.ts';
import { lookedAtAgain, type Workspace } from '../../flow/workspace.ts';
import type { Asked } from '../../manifest/asked-files.ts';
import type { Address } from '../../model/address.ts';
import type { DesiredEnvironment } from '../../model/desired.ts';
import { type Diagnostic, hasErrors } from '../../model/diagnostic.ts';
import { isChangedSince } from './changed-since.ts';
import { FileWatch } from './file-watch.ts';

export interface DeclaredWatchOptions {
  readonly workspace: Workspace;
  /** As it was loaded first. */
  readonly environment: DesiredEnvironment;
  readonly load: Omit<LoadOptions, 'name'>;
  /** Without any of these that was declared, a load does not count; absent for none. */
  readonly targets?: ReadonlySet<Address>;
  /** Something is other than it was: what is declared is to be read again. */
  changed(): void;
  /** Mistakes that keep a load from counting; told once for each. */
  mistaken(diagnostics: readonly Diagnostic[]): void;
  /** A load does not count because these are declared no more, or, where none is named, the environment itself. */
  gone(targets: readonly Address[]): void;
  /** Files are looked at again and again from now on, because of this. */
  polling(why: string): void;
}

export interface DeclaredNow {
  readonly workspace: Workspace;
  readonly environment: DesiredEnvironment;
}

export class DeclaredWatch implements AsyncDisposable {
  readonly #options: DeclaredWatchOptions;
  readonly #watch: FileWatch;
  #now: DeclaredNow;
  #aimed: ReadonlySet<string> = new Set();
  /** What is declared was read when nothing of this had changed yet. */
  #isRead = false;

  constructor(options: DeclaredWatchOptions) {
    const { workspace, environment } = options;
    this.#options = options;
    this.#now = { workspace, environment };
    this.#watch = new FileWatch({
      base: workspace.repository.root,
      changed: () => this.#outdated(),
      polling: (why) => options.polling(why),
    });
  }

  /** Reads it again where something has changed since it was read last. */
  async read(signal: AbortSignal): Promise<DeclaredNow> {
    if (this.#isRead) return this.#now;
    this.#isRead = true;
    const since = Date.now();
    const workspace = await lookedAtAgain(this.#options.workspace, signal);
    const { name } = this.#options.environment;
    const { environments, diagnostics, asked } = await loadDesired(workspace, { ...this.#options.load, name }, signal);
    const environment = environments.find((candidate) => candidate.name === name);
    const gone = environment === undefined ? [] : this.#goneFrom(environment);
    if (hasErrors(diagnostics)) this.#options.mistaken(diagnostics);
    else if (environment === undefined || gone.length > 0) this.#options.gone(gone);
    else this.#now = { workspace, environment };
    await this.#aim(asked, since);
    return this.#now;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#watch[Symbol.asyncDispose]();
  }

  #outdated(): void {
    this.#isRead = false;
    this.#options.changed();
  }

  #goneFrom({ resources }: DesiredEnvironment): readonly Address[] {
    const had = this.#now.environment.resources;
    return [...(this.#options.targets ?? [])].filter((address) => had.has(address) && !resources.has(address));
  }

  /** What changed between the load and the watch counts as well; of what is watched already, the watch tells. */
  async #aim(asked: Asked, since: number): Promise<void> {
    const absolute = (path: string): string => resolve(this.#options.workspace.repository.root, path);
    const [paths, folders] = [asked.paths.map(absolute), asked.folders.map(absolute)];
    const added = [...paths, ...folders].filter((path) => !this.#aimed.has(path));
    this.#aimed = new Set([...paths, ...folders]);
    await this.#watch.aim({ paths: new Set(paths), folders: new Set(folders) });
    const changed = await Promise.all(added.map((path) => isChangedSince(path, since)));
    if (changed.includes(true)) this.#outdated();
  }
}
