/** Load: from manifests to desired, with what people stopped on purpose and what engines cannot honour said at its line. */
import type { DriverModel, DriverRegistry } from '../drivers/driver.ts';
import type { LoadedEnvironment } from '../manifest/environment.ts';
import type { Folders, FoldersOptions } from '../manifest/folder.ts';
import { confinedTree, type ConfinedUse } from '../manifest/allow/confined-tree.ts';
import { type LoadResult, loadEnvironments } from '../manifest/load.ts';
import type { DesiredEnvironment, DesiredResource, EngineDeclaration } from '../model/desired.ts';
import { type Diagnostic, errorAt, hasErrors, mistakeText, sortDiagnostics } from '../model/diagnostic.ts';
import { commandRunner } from '../manifest/secret-sources.ts';
import type { NameDeclared } from '../manifest/secret-texts.ts';
import { InvalidManifestsError, TrueupError } from '../model/failure.ts';
import type { FileTree } from '../model/file-tree.ts';
import { fieldPath } from '../model/field-path.ts';
import { nearest } from '../model/nearest.ts';
import type { Recorded } from '../model/observed.ts';
import { forwardConflicts } from './forward-conflicts.ts';
import { withImplied } from './implied.ts';
import { asPartial, type PartialEnvironment, withoutUnsound } from '../model/partial-environment.ts';
import { outsideLimits } from './vm-limits.ts';
import type { Workspace } from './workspace.ts';

export interface LoadOptions {
  readonly variables: Readonly<Record<string, string>>;
  /** Absent: `.env` at the root of the repo, if there is one. */
  readonly envFiles?: readonly string[];
  readonly profiles: readonly string[];
  /** Commands that need no engine never resolve a secret. */
  readonly secrets: 'resolve' | 'leave';
  /** Tells secrets that are left apart by how they are declared; absent where nobody asks. */
  readonly nameDeclared?: NameDeclared;
  /** Only this one; absent for all. */
  readonly name?: string;
  /** How files of the working tree are parsed; absent: each anew. */
  readonly parse?: FoldersOptions['parse'];
  /** Manifests as this commit has them; absent for those of the working tree. */
  readonly at?: LoadedFrom;
}

export interface LoadedFrom {
  readonly commit: string;
  readonly tree: FileTree;
  /** Manifests of that tree that were read before; absent where none were. */
  readonly folders?: Folders;
  /** What services mount is the working tree whatever the commit: compared with what the commit has. */
  readonly mounted: FileTree;
  /** Whether in the repo only what `mounted` says counts, whatever lies on the disk. */
  readonly mountedAlone?: boolean;
}

/** All environments of the repo with every diagnostic; throws only for what no manifest can mend. */
export async function loadDesired(
  workspace: Workspace,
  options: LoadOptions,
  signal: AbortSignal,
): Promise<LoadResult> {
  const { repository, settings, foreign } = workspace;
  const { at, name } = options;
  const onDisk = (tree: FileTree, use: ConfinedUse): FileTree =>
    foreign === null ? tree : confinedTree(tree, foreign.policy.limits, repository.root, use);
  const result = await loadEnvironments(
    {
      root: repository.root,
      tree: at?.tree ?? onDisk(workspace.tree, 'parse'),
      ...(at === undefined && foreign === null ? {} : { mounted: onDisk(at?.mounted ?? workspace.tree, 'mount') }),
      ...(at?.mountedAlone === undefined ? {} : { mountedAlone: at.mountedAlone }),
      foreign,
      ...(at?.folders === undefined ? {} : { folders: at.folders }),
      ...(options.parse === undefined ? {} : { parse: options.parse }),
      folder: settings.folders.environments,
      ...(name === undefined ? {} : { names: [name] }),
      revision: at === undefined ? repository.revision : { commit: at.commit, dirty: false },
      variables: options.variables,
      processEnvironment: workspace.environment,
      runCommand: commandRunner(workspace.environment),
      ...(options.envFiles === undefined ? {} : { envFiles: options.envFiles }),
      profiles: options.profiles,
      sealer: options.secrets === 'resolve' ? workspace.vault : null,
      ...(options.nameDeclared === undefined ? {} : { nameDeclared: options.nameDeclared }),
    },
    signal,
  );
  const forwarded = forwardConflicts(result.environments);
  const judged = await Promise.all(
    result.environments.map(async (declared) => {
      const revision = at === undefined ? repository.revisionOf(declared.files) : declared.revision;
      const models = await modelsOf(declared, workspace.drivers);
      const { environment, diagnostics } = withImplied({ ...declared, revision }, models);
      const limited = outsideLimits(environment, settings.vm_limits);
      const twice = forwarded.get(environment.name) ?? [];
      const found = [...refusedFields(environment, models), ...limited, ...twice, ...diagnostics];
      return { environment, found, isRefused: hasErrors(found) };
    }),
  );
  const mistaken = result.partial.map((partial) => {
    const revision = at === undefined ? repository.revisionOf(partial.files) : partial.revision;
    return { ...partial, revision };
  });
  const partial = [
    ...mistaken,
    ...judged.filter(({ isRefused }) => isRefused).map(({ environment }) => asPartial(environment)),
  ];
  const carried = await Promise.all(partial.map((one) => withoutRefused(one, workspace.drivers)));
  return {
    ...result,
    environments: judged.filter(({ isRefused }) => !isRefused).map(({ environment }) => environment),
    partial: carried.filter((one) => one !== null),
    diagnostics: sortDiagnostics([...result.diagnostics, ...judged.flatMap(({ found }) => found)]),
  };
}

/** The environments of a repo without mistakes; else the error that carries every diagnostic. */
export function validOf(
  { environments, diagnostics }: LoadResult,
  workspace: Workspace,
): readonly DesiredEnvironment[] {
  if (hasErrors(diagnostics)) throw new InvalidManifestsError(diagnostics);
  if (environments.length > 0) return environments;
  const folder = workspace.settings.folders.environments;
  throw new TrueupError('no_environments', `no environment is declared in ${folder}/`, {
    next: 'run `trueup init` to make a first one, or name another folder in trueup.yaml',
  });
}

/** What the engines of an environment cannot honour, at the line of the field. Needs no engine. */
function refusedFields(
  environment: LoadedEnvironment,
  models: ReadonlyMap<string, DriverModel>,
): readonly Diagnostic[] {
  const settings = Object.values(environment.engines).flatMap((engine) =>
    settingsProblems(engine, models.get(engine.name) ?? null, environment),
  );
  const resources = [...environment.resources.values()];
  return [...settings, ...resources.flatMap((resource) => refusedOf(resource, models, environment))];
}

function refusedOf(
  resource: DesiredResource,
  models: ReadonlyMap<string, DriverModel>,
  environment: Pick<DesiredEnvironment, 'locate'>,
): readonly Diagnostic[] {
  const refused = models.get(resource.engine)?.unsupported(resource, null) ?? [];
  return refused.map(({ field_path: path, summary, detail }) =>
    errorAt('not_supported', environment.locate(resource.address, path), summary, detail),
  );
}

/** Without what engines cannot honour; `null` where an engine is declared otherwise than its driver takes it. */
async function withoutRefused(
  partial: PartialEnvironment,
  drivers: DriverRegistry,
): Promise<PartialEnvironment | null> {
  const models = await modelsOf(partial, drivers);
  const engines = Object.values(partial.engines);
  if (engines.some((engine) => unknownSettings(engine, models.get(engine.name) ?? null).length > 0)) return null;
  const refused = [...partial.sound.values()].flatMap((resource) => {
    const [first] = refusedOf(resource, models, partial);
    return first === undefined ? [] : [[resource.address, mistakeText(first)] as const];
  });
  return withoutUnsound(partial, new Map(refused));
}

function unknownSettings({ settings }: EngineDeclaration, model: DriverModel | null): readonly string[] {
  return model === null ? [] : Object.keys(settings).filter((setting) => !model.settings.includes(setting));
}

/** What an engine's driver does not know of, with the nearest name that it does. */
function settingsProblems(
  engine: EngineDeclaration,
  model: DriverModel | null,
  environment: LoadedEnvironment,
): readonly Diagnostic[] {
  if (model === null) return [];
  const { name, driver } = engine;
  return unknownSettings(engine, model).map((setting) => {
    const suggestion = nearest(setting, model.settings);
    const known = `an engine of driver "${driver}" takes: ${model.settings.join(', ') || 'nothing'}`;
    const detail = suggestion === null ? known : `did you mean "${suggestion}"?`;
    const source = environment.locateSetting(name, setting);
    return errorAt('unknown_key', source, `engines.${name}: unknown setting "${setting}"`, detail);
  });
}

/** The model of every engine that this version has a driver for, by the engine's name. */
export async function modelsOf(
  environment: Pick<DesiredEnvironment, 'engines'>,
  drivers: DriverRegistry,
): Promise<ReadonlyMap<string, DriverModel>> {
  const models = new Map<string, DriverModel>();
  for (const engine of Object.values(environment.engines)) {
    const driver = await drivers.load(engine.driver);
    if (driver !== null) models.set(engine.name, driver.model);
  }
  return models;
}

/** Refuses, at its line, what runs on an engine that this version has no driver for. */
export function assertCarriedOut(environment: DesiredEnvironment, models: ReadonlyMap<string, DriverModel>): void {
  const refused = [...environment.resources.values()].filter((resource) => !models.has(resource.engine));
  // What services need goes with them, and was often never written by anybody.
  const running = refused.filter(({ type }) => type !== 'network' && type !== 'volume' && type !== 'image');
  const diagnostics = (running.length > 0 ? running : refused).map((resource) => {
    const driver = environment.engines[resource.engine]?.driver ?? resource.engine;
    const path = (resource.config['container'] ?? null) === null ? fieldPath() : fieldPath('container');
    const summary = `${resource.address} runs on "${driver}", which this version of trueup validates but does not carry out`;
    const detail = 'run it on an engine that this version has, or leave it out for now';
    return errorAt('not_supported', environment.locate(resource.address, path), summary, detail);
  });
  if (diagnostics.length > 0) throw new InvalidManifestsError(sortDiagnostics(diagnostics));
}

/** Desired with what a person stopped on purpose: it stays stopped until somebody starts it. */
export function withStopped(
  environment: DesiredEnvironment,
  { stopped, suspended = [] }: Pick<Recorded, 'stopped' | 'suspended'>,
): DesiredEnvironment {
  if (stopped.length === 0) return environment;
  const resources = new Map(environment.resources);
  for (const address of stopped) {
    const resource = resources.get(address);
    if (resource !== undefined) resources.set(address, resting(resource, suspended.includes(address)));
  }
  return { ...environment, resources };
}

function resting(resource: DesiredResource, isSuspended: boolean): DesiredResource {
  return { ...resource, config: { ...resource.config, run_state: isSuspended ? 'suspended' : 'stopped' } };
}

/** For an environment that nothing declares: names what is there. */
export function environmentNotFound(name: string, found: readonly string[]): TrueupError {
  const suggestion = nearest(name, found);
  const next = suggestion === null ? `declared: ${found.join(', ') || 'none'}` : `did you mean "${suggestion}"?`;
  return new TrueupError('environment_not_found', `no environment is called "${name}"`, { next });
}
