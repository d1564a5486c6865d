/** Orphaned environments: their manifests are gone, and what was made from them is still there. */
import type { DesiredEnvironment } from '../model/desired.ts';
import { NOTHING_RECORDED, type ObservedObject } from '../model/observed.ts';
import { readRecorded, recordedEnvironments } from '../state/recorded.ts';
import { modelsOf } from './load.ts';
import { observeEnvironment } from './observe.ts';
import type { Workspace } from './workspace.ts';

/** The environment, declaring nothing, if something of it still exists and no manifest declares it; else `null`. */
export async function orphanedEnvironment(
  workspace: Workspace,
  name: string,
  signal: AbortSignal,
): Promise<DesiredEnvironment | null> {
  return (await isDeclared(workspace, name)) ? null : remainsOf(workspace, name, signal);
}

/** The same, whatever manifests say: what is there is found without them. `null` where nothing is. */
export async function remainsOf(
  workspace: Workspace,
  name: string,
  signal: AbortSignal,
): Promise<DesiredEnvironment | null> {
  const environment = emptyEnvironment(workspace, name, name);
  const found = await ownObjects(workspace, environment, signal);
  const [first] = found;
  return first === undefined ? null : emptyEnvironment(workspace, name, first.ownership?.project ?? name);
}

/** Names of environments of which something is recorded, and that nothing declares any more. */
export async function orphanNames(workspace: Workspace): Promise<readonly string[]> {
  const names: string[] = [];
  for (const name of await recordedEnvironments(workspace.state)) {
    const { recorded } = await readRecorded(workspace.state, name);
    const isGone = Object.keys(recorded.resources).length === 0;
    if (!isGone && !(await isDeclared(workspace, name))) names.push(name);
  }
  return names;
}

async function isDeclared(workspace: Workspace, name: string): Promise<boolean> {
  const files = await workspace.tree.list(`${workspace.settings.folders.environments}/${name}`);
  return files?.some((file) => file.endsWith('.yaml') || file.endsWith('.yml')) ?? false;
}

async function ownObjects(
  workspace: Workspace,
  environment: DesiredEnvironment,
  signal: AbortSignal,
): Promise<readonly ObservedObject[]> {
  const { drivers, owners } = workspace;
  const models = await modelsOf(environment, drivers);
  const request = { environment, recorded: NOTHING_RECORDED, owners, drivers, models, sealer: workspace.vault };
  await using observed = await observeEnvironment(request, signal);
  return [...observed.observations.values()]
    .flatMap((observation) => (observation.status === 'known' ? observation.objects : []))
    .filter(({ ownership }) => ownership?.environment === environment.name && owners.includes(ownership.owner));
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
