/**
 * A cluster as commands about one reach it: its engine alone is looked at, and only a cluster of ours is handed out. Whoever
 * opens it closes it.
 */
import type { ClusterSights } from '../../drivers/cluster-faces.ts';
import type { Driver } from '../../drivers/driver.ts';
import type { Scope } from '../../drivers/scope.ts';
import type { DesiredEnvironment, DesiredResource, EngineDeclaration } from '../../model/desired.ts';
import { TrueupError } from '../../model/failure.ts';
import type { Observation, ObservedObject } from '../../model/observed.ts';
import { isOurs } from '../../model/ownership.ts';
import type { Sealer } from '../../model/secret.ts';
import type { Workspace } from '../workspace.ts';

/** What of a workspace is needed to reach a cluster. */
export interface ClusterWorkspace extends Pick<Workspace, 'drivers' | 'owners'> {
  readonly vault: Sealer;
}

export interface ReachedCluster extends AsyncDisposable {
  readonly environment: DesiredEnvironment;
  readonly resource: DesiredResource;
  readonly driver: Driver;
  readonly declaration: EngineDeclaration;
  readonly sights: ClusterSights;
  readonly object: ObservedObject;
  /** It, as it is now; rejects as reaching it does. */
  look(signal: AbortSignal): Promise<ObservedObject>;
}

/** Rejects with what keeps it from being reached: its engine, that it was never made, that it is somebody else's. */
export async function reachCluster(
  workspace: ClusterWorkspace,
  environment: DesiredEnvironment,
  resource: DesiredResource,
  signal: AbortSignal,
): Promise<ReachedCluster> {
  const declaration = environment.engines[resource.engine];
  const driver = declaration === undefined ? null : await workspace.drivers.load(declaration.driver);
  if (declaration === undefined || driver === null)
    throw new TrueupError('unsupported', `${resource.address}: this version of trueup has no driver for its engine`);
  await using opened = new AsyncDisposableStack();
  const observer = await driver.observer(declaration, workspace.vault);
  opened.defer(() => observer.close());
  const { clusters: sights } = observer;
  if (sights === undefined)
    throw new TrueupError('unsupported', `${resource.address}: engine "${declaration.name}" runs no clusters`);
  const scope = scopeOf(workspace, environment, resource);
  const look = async (looking: AbortSignal): Promise<ObservedObject> =>
    objectIn(await observer.observe(scope, looking), environment, resource, workspace.owners);
  const object = await look(signal);
  const open = opened.move();
  const close = async (): Promise<void> => open.disposeAsync();
  return { environment, resource, driver, declaration, sights, object, look, [Symbol.asyncDispose]: close };
}

/** What needs the API of the cluster. */
export function assertRunning({ environment, resource, object }: ReachedCluster): void {
  const { run_state: state } = object.status;
  if (state === 'running') return;
  const name = `${environment.name}/${resource.address}`;
  throw new TrueupError('not_running', `${name} is ${state ?? 'not there'}`, {
    next: state === 'stopped' ? `\`trueup start ${name}\` starts it` : `\`trueup status ${name}\` says why`,
  });
}

function scopeOf(
  { owners }: ClusterWorkspace,
  { name: environment, project }: DesiredEnvironment,
  { type, name }: DesiredResource,
): Scope {
  return { owners, project, environment, names: { [type]: [name] }, only: [{ type, name }] };
}

function objectIn(
  observation: Observation,
  environment: DesiredEnvironment,
  resource: DesiredResource,
  owners: readonly string[],
): ObservedObject {
  const name = `${environment.name}/${resource.address}`;
  const apply = `\`trueup apply ${name}\` makes it`;
  if (observation.status === 'unreachable')
    throw new TrueupError('engine_unreachable', `engine "${resource.engine}" of ${name}: ${observation.error}`, {
      next: 'run `trueup doctor` to see which engines answer',
    });
  if (observation.status === 'absent')
    throw new TrueupError('not_running', `${name} runs in ${observation.provided_by}, which is not there`, {
      next: apply,
    });
  const found = observation.objects.find((object) => object.type === resource.type && object.name === resource.name);
  if (found === undefined) throw new TrueupError('not_running', `${name} was not created yet`, { next: apply });
  if (resource.external || isOurs(found, owners)) return found;
  throw new TrueupError('name_in_use', `the cluster ${resource.name} is there, and not from this checkout`, {
    next: 'run the command where it was made, or declare another `name`',
  });
}
