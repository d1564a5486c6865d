/**
 * Load at a revision: desired as one commit declares it, whatever the working tree looks like. What git does not track
 * (env files, secrets) and what runs from the working tree (mounted files, the folders of processes) is not the commit's:
 * it is named, so that nobody takes it for pinned. Settings of trueup itself stay those of the working tree.
 */
import { stat } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import type { PathSet } from '../git/path-set.ts';
import { changedSince } from '../git/revisions.ts';
import { IN_SUBMODULE, revisionTree } from '../git/revision-tree.ts';
import type { Limits } from '../manifest/allow/policy.ts';
import { confinedTree } from '../manifest/allow/confined-tree.ts';
import { type Folder, Folders } from '../manifest/folder.ts';
import type { FolderCache } from '../manifest/folder-cache.ts';
import type { LoadResult } from '../manifest/load.ts';
import type { SecretSource } from '../manifest/secret-sources.ts';
import type { DesiredEnvironment } from '../model/desired.ts';
import { type Diagnostic, hasErrors } from '../model/diagnostic.ts';
import { InvalidManifestsError, TrueupError } from '../model/failure.ts';
import { fieldPath } from '../model/field-path.ts';
import type { FileTree } from '../model/file-tree.ts';
import { compareText, isJsonObject, type Json, member, memberAt } from '../model/json.ts';
import { formatSource } from '../model/source.ts';
import { loadDesired, type LoadOptions } from './load.ts';
import type { Workspace } from './workspace.ts';

export interface LoadedAtRevision {
  readonly environment: DesiredEnvironment;
  /** Full hash. */
  readonly commit: string;
  /** What the commit does not decide, each in a few words. */
  readonly unpinned: readonly string[];
  readonly warnings: readonly Diagnostic[];
  /** Texts of the files that were read, for who shows lines of them. */
  readonly texts: ReadonlyMap<string, string>;
}

/** What loading at a commit reads from. It serves any number of loads until it is disposed of. */
export interface OpenedRevision extends AsyncDisposable {
  /** Full hash. */
  readonly commit: string;
  readonly tree: FileTree;
  /** What the working tree has otherwise. */
  readonly changed: PathSet;
  /** Each manifest is read and parsed once, whoever extends it. */
  readonly folders: Folders;
  /** Texts of the files that were read, for who shows lines of them. */
  readonly texts: ReadonlyMap<string, string>;
}

/** `cache`: of manifests that were the same at another revision; absent where nothing is kept. */
export async function openRevision(
  place: RevisionPlace,
  commit: string,
  signal: AbortSignal,
  cache: FolderCache<Folder> | null = null,
): Promise<OpenedRevision> {
  const opened = openCommit(place, commit, signal, cache);
  try {
    return { ...opened, changed: await changedSince(place.repository.root, commit, signal) };
  } catch (error) {
    await opened[Symbol.asyncDispose]();
    throw error;
  }
}

type RevisionPlace = Pick<Workspace, 'foreign'> & { readonly repository: { readonly root: string } };

/** The same without a look at the working tree, which there need not be. */
export function openCommit(
  { repository: { root }, foreign }: RevisionPlace,
  commit: string,
  signal: AbortSignal,
  cache: FolderCache<Folder> | null = null,
): Omit<OpenedRevision, 'changed'> {
  const plain = revisionTree(root, commit, signal, foreign === null ? undefined : mostOf(foreign.policy.limits));
  const texts = new Map<string, string>();
  const tree = rememberingTexts(foreign === null ? plain : confinedTree(plain, foreign.policy.limits, null), texts);
  const folders = new Folders(tree, { cache });
  return { commit, tree, folders, texts, [Symbol.asyncDispose]: () => plain[Symbol.asyncDispose]() };
}

/** Of one object of somebody else's: a file within its limit, or the list of a folder with some ten thousand names. */
function mostOf({ file_size: fileSize }: Limits): number {
  return Math.max(fileSize, 1024 * 1024);
}

/** Throws InvalidManifestsError for mistakes, and `environment_not_found` where the commit does not declare it. */
export async function loadAtRevision(
  workspace: Workspace,
  name: string,
  commit: string,
  options: Omit<LoadOptions, 'name' | 'at'>,
  signal: AbortSignal,
): Promise<LoadedAtRevision> {
  await using opened = await openRevision(workspace, commit, signal);
  return await loadFromRevision(workspace, name, opened, options, signal);
}

/** The same, of what was opened before. */
export async function loadFromRevision(
  workspace: Workspace,
  name: string,
  { commit, tree, changed, folders, texts }: OpenedRevision,
  options: Omit<LoadOptions, 'name' | 'at'>,
  signal: AbortSignal,
): Promise<LoadedAtRevision> {
  const { root } = workspace.repository;
  const gone = new Set<string>();
  const mounted = mountedFrom(workspace.tree, tree, gone);
  const isCommitted = (file: string): boolean => workspace.tree.isCommitted(file) && !changed.covers(file);
  const isTracked = (file: string): boolean => workspace.tree.isTracked?.(file) ?? true;
  const at = { commit, tree, folders, mounted: { ...mounted, isCommitted, isTracked } };
  const loaded = await loadDesired(workspace, { ...options, name, at }, signal);
  const [missing] = gone;
  if (missing !== undefined) throw pathMissing(`${missing} is there and mounted`, missing, commit);
  const readFrom = { commit, texts };
  if (hasErrors(loaded.diagnostics)) throw new InvalidManifestsError(loaded.diagnostics, readFrom);
  const environment = loaded.environments.find((candidate) => candidate.name === name);
  if (environment === undefined) throw notDeclared(name, commit, loaded);
  await assertFolders(environment, tree, commit, root);
  return {
    environment,
    commit,
    unpinned: unpinnedOf(environment, { ...loaded, envFiles: options.envFiles ?? loaded.envFiles }, root),
    warnings: loaded.diagnostics,
    texts,
  };
}

/** The working tree; what the commit has and the working tree lacks goes into `gone`. */
function mountedFrom(here: FileTree, there: FileTree, gone: Set<string>): Pick<FileTree, 'list' | 'read'> {
  async function look<T>(path: string, ask: (tree: FileTree) => Promise<T | null>): Promise<T | null> {
    const found = await ask(here);
    if (found === null && (await ask(there).catch(() => null)) !== null) gone.add(path);
    return found;
  }
  return {
    list: (folder) => look(folder, (tree) => tree.list(folder)),
    read: (file) => look(file, (tree) => tree.read(file)),
  };
}

function rememberingTexts(tree: FileTree, texts: Map<string, string>): FileTree {
  return {
    list: (folder) => tree.list(folder),
    async read(file) {
      const bytes = await tree.read(file);
      if (bytes !== null) texts.set(file, new TextDecoder().decode(bytes));
      return bytes;
    },
    isCommitted: (file) => tree.isCommitted(file),
    ...(tree.fingerprint === undefined ? {} : { fingerprint: tree.fingerprint.bind(tree) }),
  };
}

function notDeclared(name: string, commit: string, { found }: LoadResult): TrueupError {
  const declared = found.filter(({ abstract }) => !abstract).map((item) => item.name);
  return new TrueupError('environment_not_found', `${commit.slice(0, 12)} declares no environment "${name}"`, {
    fields: { environment: name, commit },
    next: `declared there: ${declared.join(', ') || 'none'}`,
  });
}

/** A process runs in a folder of the working tree, which an older revision may know and the working tree no longer has. */
async function assertFolders(
  environment: DesiredEnvironment,
  tree: FileTree,
  commit: string,
  root: string,
): Promise<void> {
  const known = new Set<string>();
  for (const { address, config } of environment.resources.values()) {
    for (const path of foldersOf(config)) {
      if (known.has(path)) continue;
      known.add(path);
      if ((await stat(path).catch(() => null)) !== null) continue;
      const place = environment.locate(address, fieldPath('process', 'cwd'));
      const at = place === null ? '' : ` (${formatSource(place)})`;
      const shown = inRepo(root, path);
      if (await isInSubmodule(tree, shown))
        throw submoduleMissing(`${shown}, where ${address} runs${at},`, shown, commit);
      throw pathMissing(`${shown}, where ${address} runs${at}, is there`, shown, commit);
    }
  }
}

async function isInSubmodule(tree: FileTree, path: string): Promise<boolean> {
  const problem: unknown = await tree.list(path).then(
    () => null,
    (error: unknown) => error,
  );
  return problem instanceof TrueupError && problem.fields['reason'] === IN_SUBMODULE;
}

function submoduleMissing(what: string, path: string, commit: string): TrueupError {
  const message = `${what} is in a submodule at ${commit.slice(0, 12)}, and is not in the working tree`;
  return new TrueupError('path_missing', message, {
    fields: { path, commit, reason: IN_SUBMODULE },
    next: 'a clone that trueup keeps has no submodules: keep it in the repo itself; in a folder of yours, run `git submodule update --init`',
  });
}

/** Said of this machine, and not of the commit. */
function pathMissing(what: string, path: string, commit: string): TrueupError {
  const short = commit.slice(0, 12);
  return new TrueupError('path_missing', `${what} at ${short}, and is not in the working tree`, {
    fields: { path, commit },
    next: `processes and mounts mean the working tree: bring it back, such as by \`git checkout ${short} -- ${path}\``,
  });
}

function unpinnedOf(environment: DesiredEnvironment, loaded: LoadResult, root: string): readonly string[] {
  const shown = (path: string): string => inRepo(root, path);
  const services = [...environment.resources.values()].filter(({ type }) => type === 'service');
  return [
    ...new Set([
      ...unpinnedInputs(loaded, root),
      ...services.flatMap(({ address, config }) => [
        ...mountedPaths(config).map((path) => `${shown(path)}: mounted by ${address}`),
        ...foldersOf(config).map((path) => `${shown(path)}: where ${address} runs`),
      ]),
    ]),
  ].sort(compareText);
}

/** What is read beside the manifests, whatever the commit: variables and secrets. */
export function unpinnedInputs(
  loaded: Pick<LoadResult, 'envFiles' | 'secretSources'>,
  root: string,
): readonly string[] {
  return [
    ...loaded.envFiles.map((file) => `${file}: variables`),
    ...loaded.secretSources.map((source) => secretText(source, (path) => inRepo(root, path))),
  ];
}

function secretText(source: SecretSource, shown: (path: string) => string): string {
  // The words behind the first may say more than is meant to be read.
  return source.source === 'file' ? `${shown(source.path)}: a secret` : `the command "${source.command[0]}": a secret`;
}

function foldersOf(config: Json): readonly string[] {
  return textsOf(memberAt(config, 'process', 'cwd'));
}

/** Paths of the host that a service mounts. */
export function mountedPaths(config: Json): readonly string[] {
  const mounts = memberAt(config, 'storage', 'volumes');
  return isJsonObject(mounts) ? Object.values(mounts).flatMap((mount) => textsOf(member(mount, 'host_path'))) : [];
}

function textsOf(value: Json): readonly string[] {
  return typeof value === 'string' ? [value] : [];
}

/** Relative to the root where it is in the repo, and else as it is. */
export function inRepo(root: string, path: string): string {
  const inside = relative(root, path).split(sep).join('/');
  if (inside === '') return './';
  return inside === '..' || inside.startsWith('../') ? path : inside;
}
