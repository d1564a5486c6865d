/**
 * What one environment declares in the working tree, for who only looks: loaded anew once something that the last load asked
 * for is other than it was, be it a manifest, a file that is mounted, or one that holds a secret. Secrets that come are known
 * to the vault of the workspace from then on. While there are mistakes, what was valid last stays.
 */
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { loadDesired, type LoadOptions } from '../../flow/load.ts';
import { lookedAtAgain, type Workspace } from '../../flow/workspace.ts';
import type { Asked } from '../../manifest/asked-files.ts';
import type { DesiredEnvironment } from '../../model/desired.ts';
import { type Diagnostic, hasErrors } from '../../model/diagnostic.ts';
import { FileWatch } from './file-watch.ts';

export interface DeclaredWatchOptions {
  readonly workspace: Workspace;
  /** As it was loaded first. */
  readonly environment: DesiredEnvironment;
  readonly load: Omit<LoadOptions, 'name'>;
  /** Something is other than it was: what is declared is to be read again. */
  changed(): void;
  /** What keeps a load from counting; told once for each. */
  mistaken(diagnostics: readonly Diagnostic[]): void;
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
    if (environment === undefined || hasErrors(diagnostics)) this.#options.mistaken(diagnostics);
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

  /** What changed between the load and the watch counts as well. */
  async #aim(asked: Asked, since: number): Promise<void> {
    const absolute = (path: string): string => resolve(this.#options.workspace.repository.root, path);
    const [paths, folders] = [asked.paths.map(absolute), asked.folders.map(absolute)];
    await this.#watch.aim({ paths: new Set(paths), folders: new Set(folders) });
    for (const path of [...paths, ...folders]) {
      const found = await stat(path).catch(() => null);
      if (found !== null && Math.max(found.mtimeMs, found.ctimeMs) > since) this.#outdated();
    }
  }
}
