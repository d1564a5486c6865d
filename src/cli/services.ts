/** What runs as `logs` and `exec` reach it: services, and VMs and clusters that are named; what is declared, what is there now, and the engine that runs it. */
import { modelsOf } from '../flow/load.ts';
import { observeEnvironment, type Observations, type ObservedEngine } from '../flow/observe.ts';
import type { Selected } from '../flow/selection.ts';
import type { Workspace } from '../flow/workspace.ts';
import { canRun } from '../model/address.ts';
import type { DesiredEnvironment, DesiredResource } from '../model/desired.ts';
import { TrueupError } from '../model/failure.ts';
import type { ObservedObject } from '../model/observed.ts';
import { isOurs } from '../model/ownership.ts';
import { readRecorded } from '../state/recorded.ts';

export interface ReachedService {
  readonly environment: DesiredEnvironment;
  readonly resource: DesiredResource;
  readonly engine: ObservedEngine;
  /** `null` when it was not created. */
  readonly object: ObservedObject | null;
}

export interface Reached extends AsyncDisposable {
  readonly services: readonly ReachedService[];
}

/** What is named and runs, or all services of an environment, in the order of their addresses. Throws for engines that do not answer. */
export async function reachServices(
  workspace: Workspace,
  selected: readonly Selected[],
  signal: AbortSignal,
): Promise<Reached> {
  await using opened = new AsyncDisposableStack();
  const services: ReachedService[] = [];
  for (const selection of selected) {
    const { environment } = selection;
    const wanted = servicesOf(selection);
    const { recorded } = await readRecorded(workspace.state, environment.name);
    const { drivers, owners } = workspace;
    const models = await modelsOf(environment, drivers);
    const request = { environment, recorded, owners, drivers, models, sealer: workspace.vault };
    const observations = opened.use(await observeEnvironment(request, signal));
    services.push(...wanted.map((resource) => reach(environment, resource, observations, owners)));
  }
  const disposables = opened.move();
  return { services, [Symbol.asyncDispose]: () => disposables.disposeAsync() };
}

function servicesOf({ environment, addresses }: Selected): readonly DesiredResource[] {
  const named = addresses.length === 0 ? [...environment.resources.keys()] : addresses;
  const resources = named.flatMap((address) => environment.resources.get(address) ?? []);
  const isNamed = addresses.length > 0;
  const other = resources.find(({ type }) => !canRun(type));
  if (isNamed && other !== undefined) {
    throw new TrueupError('usage', `${other.address} does not run: a ${other.type} only exists`, {
      next: `services of ${environment.name}: ${keysOf(environment).join(', ') || 'none'}`,
    });
  }
  return resources
    .filter(({ type }) => (isNamed ? canRun(type) : type === 'service'))
    .sort((left, right) => (left.address < right.address ? -1 : 1));
}

function keysOf(environment: DesiredEnvironment): readonly string[] {
  return [...environment.resources.values()].filter(({ type }) => type === 'service').map(({ key }) => key);
}

function reach(
  environment: DesiredEnvironment,
  resource: DesiredResource,
  { engines, observations }: Observations,
  owners: readonly string[],
): ReachedService {
  const engine = engines.get(resource.engine);
  const observation = observations.get(resource.engine);
  if (engine === undefined || observation?.status !== 'known') {
    const reason =
      observation?.status === 'unreachable' ? observation.error : 'this version of trueup has no driver for it';
    throw new TrueupError('engine_unreachable', `engine "${resource.engine}" of ${resource.address}: ${reason}`, {
      next: 'run `trueup doctor` to see which engines answer',
    });
  }
  const object = observation.objects.find((candidate) => {
    const isNamed = candidate.type === resource.type && candidate.name === resource.name;
    return isNamed && (resource.external || isOurs(candidate, owners));
  });
  return { environment, resource, engine, object: object ?? null };
}
