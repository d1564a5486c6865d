/** Orphaned environments: their manifests are gone, and what was made from them is still there. */
import type { DesiredEnvironment } from '../model/desired.ts';
import { TrueupError } from '../model/failure.ts';
import type { ObservedObject, Recorded } from '../model/observed.ts';
import { readRecorded, recordedEnvironments } from '../state/recorded.ts';
import { modelsOf } from './load.ts';
import { enginesNeeded, observeEnvironment } from './observe.ts';
import type { Workspace } from './workspace.ts';

/** The environment, declaring nothing, if something of it still exists and no manifest declares it; else `null`. */
export async function orphanedEnvironment(
  workspace: Workspace,
  name: string,
  signal: AbortSignal,
): Promise<DesiredEnvironment | null> {
  return (await isDeclared(workspace, name)) ? null : remainsOf(workspace, name, signal);
}

/**
 * The same, whatever manifests say: what is there is found without them. `null` where nothing is; throws
 * `engine_unreachable` where that cannot be told, because something is recorded on an engine that was not looked at.
 */
export async function remainsOf(
  workspace: Workspace,
  name: string,
  signal: AbortSignal,
): Promise<DesiredEnvironment | null> {
  const environment = emptyEnvironment(workspace, name, name);
  const { recorded } = await readRecorded(workspace.state, name);
  const { found, silent } = await ownObjects(workspace, environment, recorded, signal);
  const [first] = found;
  if (first !== undefined) return emptyEnvironment(workspace, name, first.ownership?.project ?? name);
  const [engine] = silent;
  // What is recorded and was never made by trueup, or is gone, is still to be forgotten.
  if (engine === undefined) return Object.keys(recorded.resources).length === 0 ? null : environment;
  throw new TrueupError('engine_unreachable', `whether anything is left of ${name} cannot be told: ${engine.why}`, {
    retryable: true,
    fields: { environment: name, engine: engine.name },
    next: engine.next,
  });
}

export interface Orphan {
  readonly name: string;
  /** Whether some of it was there before trueup, and may still be as it was. */
  readonly holdsAdopted: boolean;
}

/** Environments of which something is recorded, and that nothing declares any more; in the order of their names. */
export async function orphansOf(workspace: Workspace): Promise<readonly Orphan[]> {
  const orphans: Orphan[] = [];
  for (const name of await recordedEnvironments(workspace.state)) {
    const { recorded } = await readRecorded(workspace.state, name);
    const known = Object.values(recorded.resources);
    if (known.length === 0 || (await isDeclared(workspace, name))) continue;
    orphans.push({ name, holdsAdopted: known.some(({ adopted }) => adopted !== undefined) });
  }
  return orphans;
}

async function isDeclared(workspace: Workspace, name: string): Promise<boolean> {
  const files = await workspace.tree.list(`${workspace.settings.folders.environments}/${name}`);
  return files?.some((file) => file.endsWith('.yaml') || file.endsWith('.yml')) ?? false;
}

interface OwnObjects {
  readonly found: readonly ObservedObject[];
  /** Engines on which something is recorded, and that did not answer. */
  readonly silent: readonly { readonly name: string; readonly why: string; readonly next: string }[];
}

async function ownObjects(
  workspace: Workspace,
  environment: DesiredEnvironment,
  recorded: Recorded,
  signal: AbortSignal,
): Promise<OwnObjects> {
  const { drivers, owners } = workspace;
  const models = await modelsOf(environment, drivers);
  const request = { environment, recorded, owners, drivers, models, sealer: workspace.vault };
  await using observed = await observeEnvironment(request, signal);
  const { observations } = observed;
  const silent = [...enginesNeeded(request)].flatMap((name) => {
    const seen = observations.get(name);
    if (seen?.status === 'known') return [];
    const recordedOn = `something is recorded on engine "${name}"`;
    if (seen?.status === 'unreachable') {
      return [{ name, why: `${recordedOn}: ${seen.error}`, next: 'start the engine, and run the command again' }];
    }
    const next = 'bring its manifests back for as long as it takes to destroy it';
    return [{ name, why: `${recordedOn}, and only its manifests said where that is`, next }];
  });
  const found = [...observations.values()]
    .flatMap((observation) => (observation.status === 'known' ? observation.objects : []))
    .filter(({ ownership }) => ownership?.environment === environment.name && owners.includes(ownership.owner));
  return { found, silent };
}

function emptyEnvironment(workspace: Workspace, name: string, project: string): DesiredEnvironment {
  const engines = workspace.drivers.names.map((driver) => [driver, { name: driver, driver, settings: {} }] as const);
  return {
    name,
    type: 'local',
    project,
    folder: `${workspace.settings.folders.environments}/${name}`,
    revision: workspace.repository.revision,
    engines: Object.fromEntries(engines),
    resources: new Map(),
    policies: { drift: 'report', on_failure: 'stop', rollback: 'service', prune: true },
    moved: [],
    ignore_differences: [],
    files: [],
    locate: () => null,
  };
}
