/**
 * Load: from a folder of manifests to desired environments, with every diagnostic at once. Nothing is thrown for what
 * people wrote; an environment with errors is left out, and the others are still there.
 */
import { posix, resolve } from 'node:path';
import type { Revision } from '../model/desired.ts';
import { type Diagnostic, errorAt, hasErrors, sortDiagnostics, warningAt } from '../model/diagnostic.ts';
import type { FileTree } from '../model/file-tree.ts';
import type { PartialEnvironment } from '../model/partial-environment.ts';
import type { NamingSealer } from '../model/secret.ts';
import { formatSource } from '../model/source.ts';
import { checkLayers } from './allow/check.ts';
import { allowedVariables, checkRepo, lookedAt, secretGuard } from './allow/foreign-load.ts';
import type { ForeignRepo } from './allow/foreign-repo.ts';
import { type Asked, AskedFiles } from './asked-files.ts';
import { PublishedPorts, Projects } from './check/across.ts';
import { ClaimedObjects } from './check/claims-across.ts';
import { readEnvFiles } from './env-files.ts';
import { type Candidate, type LoadedEnvironment, resolveEnvironment, type Surroundings } from './environment.ts';
import { type Folder, Folders, type FoldersOptions, startOf } from './folder.ts';
import { type RunCommand, type SecretSource, SecretSources } from './secret-sources.ts';
import type { NameDeclared } from './secret-texts.ts';

export interface LoadRequest {
  /** Absolute path of the repo. */
  readonly root: string;
  readonly tree: FileTree;
  /** Manifests of `tree` that were read before; absent where none were. */
  readonly folders?: Folders;
  /** How files are parsed; absent: each anew. */
  readonly parse?: FoldersOptions['parse'];
  /** Where files are that services mount; absent where that is the same tree. Services are never handed git's objects. */
  readonly mounted?: FileTree;
  /** Whether in the repo only what `mounted` says counts, whatever lies on the disk. */
  readonly mountedAlone?: boolean;
  /** The folder of the environments, relative to the root. */
  readonly folder: string;
  /** Only these; absent for all that are not abstract. */
  readonly names?: readonly string[];
  readonly revision: Revision;
  /** `--var`. */
  readonly variables: Readonly<Record<string, string>>;
  readonly processEnvironment: NodeJS.ProcessEnv;
  /** Absent: `.env` at the root, if there is one. */
  readonly envFiles?: readonly string[];
  readonly profiles: readonly string[];
  /** `null` for commands that need no secret: none is ever resolved. */
  readonly sealer: NamingSealer | null;
  /** Tells unresolved secrets apart by how they are declared; absent where nobody asks. */
  readonly nameDeclared?: NameDeclared;
  /** Runs the command of a secret with `source: command`. */
  readonly runCommand?: RunCommand;
  /** `YYYY-MM-DD`, for rules that expire; absent for today. */
  readonly today?: string;
  /** What a repo that is not the operator's may declare; `null` or absent for the operator's own. */
  readonly foreign?: ForeignRepo | null;
}

export interface LoadResult {
  /** Without those that have errors, in the order of their names. */
  readonly environments: readonly LoadedEnvironment[];
  /** Of those that have errors what is sound: to be compared, and never to be carried out. */
  readonly partial: readonly PartialEnvironment[];
  readonly diagnostics: readonly Diagnostic[];
  /** Every environment that there is, abstract ones too. */
  readonly found: readonly { readonly name: string; readonly abstract: boolean }[];
  /** Every file that was read, relative to the root, sorted. */
  readonly files: readonly string[];
  /** The env files among them: they are never part of a revision. */
  readonly envFiles: readonly string[];
  /** Where secrets were read from: never a part of a revision either. */
  readonly secretSources: readonly SecretSource[];
  /** All that the result rests on, missing files and env files included. Manifests that were read before are not among it. */
  readonly asked: Asked;
}

export async function loadEnvironments(given: LoadRequest, signal: AbortSignal): Promise<LoadResult> {
  const asked = new AskedFiles();
  const request = { ...given, tree: asked.noting(given.tree) };
  const folders =
    request.folders ?? new Folders(request.tree, request.parse === undefined ? {} : { parse: request.parse });
  const { names: all, diagnostics: listing } = await listFolders(request);
  const { foreign = null } = request;
  const refused = foreign === null ? [] : await checkRepo(foreign, request.tree, request.folder, all);
  const isRefused = hasErrors(refused);
  const names = foreign === null ? all : lookedAt(all, request.names, foreign);
  const opened = new Map<string, Folder>();
  for (const name of names) {
    signal.throwIfAborted();
    const folder = await folders.open(posix.join(request.folder, name));
    if (folder !== null) opened.set(name, folder);
  }
  // Whatever lies at the root of the repo of somebody else, it is no file of the operator's variables.
  const wanted = foreign === null ? request.envFiles : [];
  const envFiles = await readEnvFiles(request.root, wanted, signal);
  for (const file of wanted ?? ['.env']) {
    const path = resolve(request.root, file);
    const content = envFiles.contents.get(path);
    asked.path(path, content === undefined ? {} : { content });
  }
  // Of a repo that is refused as a whole no secret is fetched: it is read for its mistakes alone.
  const around = surroundings(
    isRefused ? { ...request, sealer: null } : request,
    folders,
    [...opened.keys()],
    envFiles,
  );
  const candidates: Candidate[] = [];
  for (const [name, folder] of opened) {
    signal.throwIfAborted();
    if (isAbstract(folder) || request.names?.includes(name) === false) continue;
    candidates.push(await resolveEnvironment(folder, around, signal));
  }
  checkNeighbours(candidates);
  const shown = [...opened].filter(([name]) => request.names?.includes(name) !== false).map(([, folder]) => folder);
  const diagnostics = [
    ...refused,
    ...listing,
    ...envFiles.diagnostics,
    ...shown.flatMap((folder) => folder.diagnostics),
    ...(foreign === null ? [] : shown.flatMap(({ layers }) => checkLayers(layers, foreign.policy).diagnostics)),
    ...candidates.flatMap(reportedBy),
  ];
  return {
    environments: isRefused || envFiles.diagnostics.length > 0 ? [] : candidates.flatMap(environmentOf),
    partial: isRefused || envFiles.diagnostics.length > 0 ? [] : candidates.flatMap(partialOf),
    diagnostics: sortDiagnostics(withoutDoubles(diagnostics)),
    found: [...opened].map(([name, folder]) => ({ name, abstract: isAbstract(folder) })),
    files: [
      ...new Set([...shown.flatMap((folder) => folder.files), ...candidates.flatMap(({ files }) => files)]),
    ].sort(),
    envFiles: envFiles.files,
    secretSources: around.secretSources.known,
    asked: await askedBy(around, asked),
  };
}

/** With what is not asked of a tree: what services mount, and files of secrets. */
async function askedBy({ hostPaths, secretSources }: Surroundings, asked: AskedFiles): Promise<Asked> {
  for (const [looked, looking] of hostPaths) {
    const { digest, place } = await looking;
    asked.path(
      looked.slice(looked.indexOf(':') + 1),
      digest === null ? { place: place ?? 'none' } : { content: digest },
    );
  }
  for (const source of secretSources.known) if (source.source === 'file') asked.path(source.path);
  return asked.all();
}

function surroundings(
  request: LoadRequest,
  folders: Folders,
  siblings: readonly string[],
  envFiles: { readonly values: Readonly<Record<string, string>>; readonly files: readonly string[] },
): Surroundings {
  const { foreign = null } = request;
  return {
    foreign,
    root: request.root,
    tree: request.tree,
    mounted: request.mounted ?? request.tree,
    mountedAlone: request.mountedAlone ?? false,
    folders,
    siblings,
    revision: request.revision,
    commandLine: allowedVariables(request.variables, foreign),
    processEnvironment: allowedVariables(request.processEnvironment, foreign),
    envFile: envFiles.values,
    envFiles: envFiles.files,
    profiles: request.profiles,
    sealer: request.sealer,
    nameDeclared: request.nameDeclared ?? null,
    secretSources: new SecretSources(request.runCommand, foreign === null ? null : secretGuard(request.root)),
    hostPaths: new Map(),
    today: request.today ?? new Date().toISOString().slice(0, 10),
  };
}

/** Names of the folders of environments. A manifest beside them is a mistake that would otherwise go unseen. */
async function listFolders({
  tree,
  folder,
}: LoadRequest): Promise<{ readonly names: readonly string[]; readonly diagnostics: readonly Diagnostic[] }> {
  let entries: readonly string[];
  try {
    entries = (await tree.list(folder)) ?? [];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { names: [], diagnostics: [errorAt('invalid_path', startOf(folder), `${folder} cannot be read`, reason)] };
  }
  const visible = entries.filter((entry) => !entry.startsWith('.'));
  return {
    names: visible.filter((entry) => entry.endsWith('/')).map((entry) => entry.slice(0, -1)),
    diagnostics: visible
      .filter((entry) => /\.ya?ml$/.test(entry))
      .map((entry) => {
        const detail = `an environment is a folder: move it to ${folder}/<name>/`;
        return warningAt('invalid_path', startOf(`${folder}/${entry}`), 'the file is not read', detail);
      }),
  };
}

function isAbstract({ root }: Folder): boolean {
  return root['abstract'] === true;
}

/** What two environments may not both have, said of the later one. */
function checkNeighbours(candidates: readonly Candidate[]): void {
  const [ports, projects, claims] = [new PublishedPorts(), new Projects(), new ClaimedObjects()];
  for (const { neighbour } of candidates) {
    if (neighbour === null) continue;
    projects.add(neighbour);
    ports.add(neighbour);
    claims.add(neighbour);
  }
}

function reportedBy(candidate: Candidate): readonly Diagnostic[] {
  return candidate.neighbour?.scope.reporter.diagnostics ?? candidate.diagnostics;
}

function environmentOf(candidate: Candidate): readonly LoadedEnvironment[] {
  const { environment } = candidate;
  return environment === null || hasErrors(reportedBy(candidate)) ? [] : [environment];
}

function partialOf(candidate: Candidate): readonly PartialEnvironment[] {
  const partial = hasErrors(reportedBy(candidate)) ? (candidate.partial?.() ?? null) : null;
  return partial === null ? [] : [partial];
}

/** A mistake in a base is found once for each environment that extends it. */
function withoutDoubles(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Map<string, Diagnostic>();
  for (const diagnostic of diagnostics) {
    const place = diagnostic.source === null ? '' : formatSource(diagnostic.source);
    const id = [place, diagnostic.code, diagnostic.summary].join('\0');
    if (!seen.has(id)) seen.set(id, diagnostic);
  }
  return [...seen.values()];
}
