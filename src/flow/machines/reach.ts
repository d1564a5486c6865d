/** One VM that is named, as it is now, and the engine that runs it: what commands about a machine alone begin with. */
import type { Actuator, Observer } from '../../drivers/driver.ts';
import type { ObjectReference } from '../../drivers/scope.ts';
import type { DesiredEnvironment, DesiredResource } from '../../model/desired.ts';
import { TrueupError } from '../../model/failure.ts';
import type { ObservedObject } from '../../model/observed.ts';
import { isOurs } from '../../model/ownership.ts';
import type { Workspace } from '../workspace.ts';

export interface NamedMachine {
  readonly environment: DesiredEnvironment;
  readonly resource: DesiredResource;
}

export interface ReachedMachine extends NamedMachine, AsyncDisposable {
  readonly object: ObjectReference;
  /** `null` where it is not there. It is ours, or nobody's claim is on it at all. */
  readonly seen: ObservedObject | null;
  readonly observer: Observer;
  /** Connects for changing, once. */
  actuator(): Promise<Actuator>;
}

/** Throws for an engine that does not answer, and for a machine that is somebody else's. */
export async function reachMachine(
  workspace: Workspace,
  { environment, resource }: NamedMachine,
  signal: AbortSignal,
): Promise<ReachedMachine> {
  const declaration = environment.engines[resource.engine];
  const driver = declaration === undefined ? null : await workspace.drivers.load(declaration.driver);
  if (declaration === undefined || driver === null)
    throw new TrueupError('engine_unreachable', `this version of trueup has no driver for engine "${resource.engine}"`);
  await using opened = new AsyncDisposableStack();
  const observer = await driver.observer(declaration, workspace.vault);
  opened.defer(() => observer.close());
  const object = { type: 'vm', name: resource.name } as const;
  const { owners } = workspace;
  const scope = { owners, project: environment.project, environment: environment.name, names: {}, only: [object] };
  const observation = await observer.observe(scope, signal);
  if (observation.status !== 'known')
    throw new TrueupError(
      'engine_unreachable',
      `engine "${resource.engine}" of ${resource.address}: ${observation.status === 'unreachable' ? observation.error : 'it is not there yet'}`,
      { retryable: true, next: 'run `trueup doctor` to see which engines answer' },
    );
  const seen = observation.objects.find(({ type, name }) => type === 'vm' && name === resource.name) ?? null;
  if (seen !== null && !isOurs(seen, owners)) throw foreign(resource, seen);
  let actuator: Promise<Actuator> | null = null;
  const moved = opened.move();
  return {
    environment,
    resource,
    object,
    seen,
    observer,
    actuator() {
      actuator ??= driver.actuator(declaration).then((connected) => {
        moved.defer(() => connected.close());
        return connected;
      });
      return actuator;
    },
    [Symbol.asyncDispose]: () => moved.disposeAsync(),
  };
}

/** The machine as it is there; throws where it is not. */
export function presentMachine({ resource, seen }: ReachedMachine): ObservedObject {
  if (seen !== null) return seen;
  throw new TrueupError('object_missing', `${resource.address} is not there`, {
    fields: { address: resource.address },
    next: `make it first: \`trueup apply ${resource.address}\``,
  });
}

function foreign({ address, name }: DesiredResource, { ownership }: ObservedObject): TrueupError {
  const whose = ownership === null ? 'trueup did not make it' : `it is ${ownership.address} of another checkout`;
  return new TrueupError('name_in_use', `the name "${name}" of ${address} is taken: ${whose}`, {
    fields: { address, name },
    next: 'nothing of it was touched; rename or remove one of the two',
  });
}
