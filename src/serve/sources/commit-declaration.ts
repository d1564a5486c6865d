/**
 * What a repo declares at one commit. Git's objects are read by one process for all loads, which ends when nobody has asked
 * for a while, together with what was parsed: who asks later begins anew.
 */
import { type OpenedRevision, loadFromRevision, openRevision } from '../../flow/at-revision.ts';
import type { LoadOptions } from '../../flow/load.ts';
import type { Workspace } from '../../flow/workspace.ts';
import type { Folder } from '../../manifest/folder.ts';
import { defaultSettings, type LoadedSettings, loadSettings } from '../../manifest/settings.ts';
import type { FolderCache } from '../../manifest/folder-cache.ts';
import { InvalidManifestsError, TrueupError } from '../../model/failure.ts';
import { compareText } from '../../model/json.ts';
import type { Revision } from '../../model/desired.ts';
import type { Declaration, Declared } from './source.ts';

export type DeclaredInputs = Omit<LoadOptions, 'name' | 'at' | 'secrets'>;

export interface CommitDeclarationOptions {
  readonly workspace: Workspace;
  readonly commit: string;
  readonly inputs: DeclaredInputs;
  /** Of whoever owns the declaration: readings serve several loads. */
  readonly signal: AbortSignal;
  /** Of manifests that were the same at another commit. */
  readonly cache?: FolderCache<Folder>;
  /** Opened ahead, at the same commit; belongs to the declaration from here on. */
  readonly opened?: Promise<OpenedRevision>;
  /** Throws `signature_refused` for another commit that does not count; absent where signatures do not matter. */
  readonly verifies?: (commit: string, signal: AbortSignal) => Promise<void>;
}

const IDLE_MS = 10_000;

export class CommitDeclaration implements Declaration {
  readonly workspace: Workspace;
  readonly revision: Revision;
  readonly #options: CommitDeclarationOptions;
  #opened: Promise<OpenedRevision> | null;
  #users = 0;
  #idle: NodeJS.Timeout | null = null;

  constructor(options: CommitDeclarationOptions) {
    this.#options = options;
    this.#opened = options.opened ?? null;
    this.workspace = options.workspace;
    this.revision = { commit: options.commit, dirty: false };
  }

  async names(): Promise<readonly string[]> {
    const folder = this.workspace.settings.folders.environments;
    return this.#use(async ({ tree, folders }) => {
      const entries = (await tree.list(folder)) ?? [];
      const visible = entries.filter((entry) => entry.endsWith('/') && !entry.startsWith('.'));
      const found = visible.map(async (entry): Promise<readonly string[]> => {
        const name = entry.slice(0, -1);
        const opened = await folders.open(`${folder}/${name}`);
        return opened === null || opened.root['abstract'] === true ? [] : [name];
      });
      return (await Promise.all(found)).flat().sort(compareText);
    });
  }

  load(name: string, signal: AbortSignal): Promise<Declared> {
    return this.#use((opened) => this.#load(name, opened, signal));
  }

  settings(): Promise<LoadedSettings> {
    // Somebody else's have no say.
    if (this.workspace.foreign !== null) return Promise.resolve({ settings: defaultSettings(), diagnostics: [] });
    return this.#use(({ tree }) => loadSettings(tree));
  }

  async loadAt(name: string, commit: string, signal: AbortSignal): Promise<Declared> {
    if (commit === this.#options.commit) return this.load(name, signal);
    // Whatever is held was in place once, perhaps before anybody asked for signatures.
    await this.#options.verifies?.(commit, signal);
    await using opened = await openRevision(this.workspace, commit, signal);
    return await this.#load(name, opened, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#idle = null;
    await this.#close();
  }

  async #use<T>(act: (opened: OpenedRevision) => Promise<T>): Promise<T> {
    const { workspace, commit, signal, cache = null } = this.#options;
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#idle = null;
    this.#users += 1;
    const opening = (this.#opened ??= openRevision(workspace, commit, signal, cache));
    try {
      return await act(await opening);
    } catch (error) {
      // A process that ended answers nobody any more.
      if (this.#opened === opening && !(error instanceof InvalidManifestsError)) await this.#close();
      throw error;
    } finally {
      this.#users -= 1;
      if (this.#users === 0) this.#idle = setTimeout(() => void this.#close(), IDLE_MS).unref();
    }
  }

  async #close(): Promise<void> {
    const opening = this.#opened;
    this.#opened = null;
    const opened = await opening?.catch(() => null);
    await opened?.[Symbol.asyncDispose]();
  }

  async #load(name: string, opened: OpenedRevision, signal: AbortSignal): Promise<Declared> {
    const options = { ...this.#options.inputs, secrets: 'resolve' } as const;
    const { environment, warnings } = await loadFromRevision(this.workspace, name, opened, options, signal);
    return { environment, warnings };
  }
}

/** For a branch that has no commit. */
export function noCommit(where: string, ref: string | null): TrueupError {
  const branch = ref === null ? 'HEAD' : ref.replace(/^refs\/heads\//, '');
  return new TrueupError('revision_not_found', `${branch} of ${where} has no commit`, {
    retryable: true,
    fields: { where, ref },
    next: 'make a commit, or check out a branch that has one; until then what was declared last is held',
  });
}
