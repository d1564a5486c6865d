/** What a repo declares in its working tree, dirty files included, and what that rests on: whatever was asked for, there or not. */
import { asItLies } from '../../flow/as-it-lies.ts';
import { loadAtRevision } from '../../flow/at-revision.ts';
import { environmentNotFound, loadDesired } from '../../flow/load.ts';
import type { Workspace } from '../../flow/workspace.ts';
import { type Asked, AskedFiles } from '../../manifest/asked-files.ts';
import { Folders, type FoldersOptions } from '../../manifest/folder.ts';
import type { DesiredEnvironment, Revision } from '../../model/desired.ts';
import { type Diagnostic, hasErrors } from '../../model/diagnostic.ts';
import { InvalidManifestsError } from '../../model/failure.ts';
import { compareText } from '../../model/json.ts';
import type { DeclaredInputs } from '../sources/commit-declaration.ts';
import type { Declaration, Declared } from '../sources/source.ts';

export interface WorkingTreeDeclarationOptions {
  readonly workspace: Workspace;
  readonly inputs: DeclaredInputs;
  readonly parse: NonNullable<FoldersOptions['parse']>;
  /** Whether an environment is meant. */
  isMeant(name: string): boolean;
  /** Told after each load, whether it found mistakes or not, and of no name after each look at which there are; `since` is when it began, in milliseconds since the epoch. */
  onAsked(name: string | null, asked: Asked, since: number): void;
  /** Told after each load without mistakes, of what it answers with. */
  onLoaded(environment: DesiredEnvironment, asked: Asked): void;
}

export class WorkingTreeDeclaration implements Declaration {
  readonly workspace: Workspace;
  readonly revision: Revision;
  readonly #options: WorkingTreeDeclarationOptions;

  constructor(options: WorkingTreeDeclarationOptions) {
    this.#options = options;
    this.workspace = options.workspace;
    this.revision = options.workspace.repository.revision;
  }

  async names(): Promise<readonly string[]> {
    const { settings } = this.workspace;
    const folder = settings.folders.environments;
    const since = Date.now();
    const asked = new AskedFiles();
    const tree = asked.noting(this.workspace.tree);
    const folders = new Folders(tree, { parse: this.#options.parse });
    const entries = (await tree.list(folder)) ?? [];
    const names = entries
      .filter((entry) => entry.endsWith('/') && !entry.startsWith('.'))
      .map((entry) => entry.slice(0, -1));
    const found = names
      .filter((name) => this.#options.isMeant(name))
      .map(async (name): Promise<readonly string[]> => {
        const opened = await folders.open(`${folder}/${name}`);
        return opened === null || opened.root['abstract'] === true ? [] : [name];
      });
    const declared = (await Promise.all(found)).flat().sort(compareText);
    this.#options.onAsked(null, asked.all(), since);
    return declared;
  }

  async load(name: string, signal: AbortSignal): Promise<Declared> {
    const { inputs, onAsked, onLoaded, parse } = this.#options;
    const since = Date.now();
    const loaded = await loadDesired(this.workspace, { ...inputs, secrets: 'resolve', name, parse }, signal);
    onAsked(name, loaded.asked, since);
    const diagnostics = loaded.diagnostics.map(halfWritten);
    if (hasErrors(diagnostics)) throw new InvalidManifestsError(diagnostics);
    const environment = loaded.environments.find((candidate) => candidate.name === name);
    if (environment === undefined) {
      const declared = loaded.found.filter(({ abstract }) => !abstract).map((found) => found.name);
      throw environmentNotFound(name, declared);
    }
    const declared = asItLies(environment);
    onLoaded(declared, loaded.asked);
    return { environment: declared, warnings: loaded.diagnostics };
  }

  async loadAt(name: string, commit: string, signal: AbortSignal): Promise<Declared> {
    const options = { ...this.#options.inputs, secrets: 'resolve' } as const;
    const { environment, warnings } = await loadAtRevision(this.workspace, name, commit, options, signal);
    return { environment, warnings };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}

/**
 * A manifest that is empty for a moment is one that somebody is writing: whoever took it at its word would remove all that it
 * declares. Who means it removes the file.
 */
function halfWritten(diagnostic: Diagnostic): Diagnostic {
  const isEmpty = diagnostic.code === 'invalid_yaml' && diagnostic.severity === 'warning';
  if (!isEmpty) return diagnostic;
  const detail = 'while it is watched, an empty manifest counts as one that is still being written';
  return { ...diagnostic, severity: 'error', detail };
}
