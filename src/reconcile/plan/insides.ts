/**
 * Engines inside of VMs, as a plan takes them: what it does about a VM decides what can be said of the engine in it. Pure.
 *
 * - The VM is made, or made anew without what was on it: nothing is there yet, and all that is declared is created.
 * - The VM goes down and comes up, or still boots: what is inside is looked at once it is up again.
 * - The VM is meant to be down: so is all in it, and nothing of it is compared.
 * - The VM goes for good and its engine does not answer: what is inside goes with it.
 * - Else the engine is like any other, and one that does not answer is unreachable.
 */
import { compareEnvironment } from '../../diff/compare.ts';
import { holdsData } from '../../diff/impact.ts';
import { type Address, typeOf } from '../../model/address.ts';
import type { Change } from '../../model/change.ts';
import type { DesiredEnvironment, DesiredResource, EngineDeclaration, EngineInside } from '../../model/desired.ts';
import type { Observation, ObservedObject } from '../../model/observed.ts';
import { isOurs } from '../../model/ownership.ts';
import { isMeantToRest } from '../../model/run-state.ts';
import { type DecisionsRequest, decidePlan } from './decisions.ts';
import { bringsUp } from './left-alone.ts';

export interface Insides<Request extends DecisionsRequest> {
  /** What is to be compared and decided. */
  readonly request: Request;
  /** Engines that are in VMs which are meant to be down. */
  readonly resting: ReadonlySet<string>;
  /** What goes down or is lost with a VM, by the VM. */
  readonly taken: ReadonlyMap<Address, Taken>;
}

export interface Taken {
  /** What runs inside, and is restarted with the VM; sorted. */
  readonly restarts: readonly Address[];
  /** Whose data goes with the VM; sorted. */
  readonly data: readonly Address[];
}

type Standing = 'looked' | 'later' | 'lost' | 'resting' | 'gone' | 'unreachable';

interface Inner {
  readonly engine: EngineDeclaration;
  readonly inside: EngineInside;
  readonly observation: Observation;
  readonly standing: Standing;
}

/** Where no engine is in a VM the request is as it was, and nothing is looked at twice. */
export function withInsides<Request extends DecisionsRequest>(request: Request): Insides<Request> {
  const { environment } = request;
  if (Object.values(environment.engines).every(({ inside }) => inside === undefined))
    return { request, resting: new Set(), taken: new Map() };
  const first = innersOf(request);
  const spared = first.filter((inner) => inner.standing === 'lost' && holdsProtected(inner, request));
  const asked = spared.length === 0 ? request : { ...request, environment: sparing(environment, spared) };
  const inners = spared.length === 0 ? first : innersOf(asked);
  const observations = new Map(request.observations);
  const later = new Map<string, Address>();
  for (const inner of inners) {
    const { name } = inner.engine;
    const taken = takenFor(inner);
    if (taken === null) observations.delete(name);
    else observations.set(name, taken);
    if (inner.standing === 'later' || inner.standing === 'lost' || isMade(inner))
      later.set(name, inner.inside.provider);
  }
  return {
    request: { ...asked, observations, later },
    resting: new Set(inners.filter(({ standing }) => standing === 'resting').map(({ engine }) => engine.name)),
    taken: new Map(inners.flatMap((inner) => goingDown(inner, request))),
  };
}

/** What is absent, and is to be made by this plan. */
function isMade({ standing, observation }: Inner): boolean {
  return standing === 'looked' && observation.status === 'absent';
}

/** What compare is to take for observed; `null` for nothing at all, of which nothing is said. */
function takenFor({ standing, observation, engine, inside }: Inner): Observation | null {
  switch (standing) {
    case 'looked':
      return observation;
    case 'later':
      return observation.status === 'known' ? observation : null;
    case 'lost':
      return { status: 'absent', engine: engine.name, provided_by: inside.provider };
    case 'resting':
    case 'gone':
      return null;
    case 'unreachable':
      return observation.status === 'unreachable' ? observation : unmade(engine.name, inside);
    default:
      return standing satisfies never;
  }
}

function unmade(engine: string, { provider }: EngineInside): Observation {
  const error = `it is in ${provider}, which does not exist, and which this plan does not make`;
  return { status: 'unreachable', engine, error, provided_by: provider };
}

/** What the plan does about VMs shows in a first round, in which what is inside does not matter yet. */
function innersOf(request: DecisionsRequest): readonly Inner[] {
  const { changes } = decidePlan(request, compareEnvironment(request));
  return Object.values(request.environment.engines).flatMap((engine) => {
    const { inside, name } = engine;
    const observation = request.observations.get(name);
    if (inside === undefined || observation === undefined) return [];
    return [{ engine, inside, observation, standing: standingOf(inside, observation, changes, request) }];
  });
}

function standingOf(
  inside: EngineInside,
  observation: Observation,
  changes: readonly Change[],
  request: DecisionsRequest,
): Standing {
  const { provider, engine } = inside;
  const change = changes.find((one) => one.address === provider && one.engine === engine.name) ?? null;
  if (request.mode === 'destroy') {
    if (observation.status === 'known') return 'looked';
    return observation.status === 'absent' || change?.action === 'delete' ? 'gone' : 'unreachable';
  }
  if (isMeantToRest(request.environment.resources.get(provider)?.config)) return 'resting';
  const isUp = change !== null && bringsUp(change);
  if (observation.status === 'absent') return isUp ? 'looked' : 'unreachable';
  if (isUp && losesWhatIsInside(change, changes, request.environment)) return 'lost';
  if (isUp) return 'later';
  if (observation.status === 'known') return 'looked';
  return isAwaited(inside, observation, request) ? 'later' : 'unreachable';
}

/** Where the data of a VM goes, or one of its disks is made anew, nothing of what was inside is there afterwards. */
function losesWhatIsInside(change: Change, changes: readonly Change[], { resources }: DesiredEnvironment): boolean {
  if (change.action !== 'replace' && change.action !== 'create') return change.impact.data_loss;
  const disks = (resources.get(change.address)?.uses ?? []).filter((used) => typeOf(used) === 'volume');
  const isAnew = (disk: Address): boolean =>
    changes.some(({ address, action }) => address === disk && (action === 'replace' || action === 'create'));
  return change.impact.data_loss || disks.some(isAnew);
}

/** Its VM still boots, or a run that brought it up was cut off before it got there. */
function isAwaited(
  { provider }: EngineInside,
  observation: Observation,
  { recorded, environment }: DecisionsRequest,
): boolean {
  if (observation.status !== 'unreachable') return false;
  const isOnIt = (engine: string): boolean => environment.engines[engine]?.inside?.provider === provider;
  return (
    observation.awaited === true ||
    Object.entries(recorded.resources).some(
      ([address, { engine, unfinished }]) => unfinished && (address === provider || isOnIt(engine)),
    )
  );
}

/** Ours, in this environment, as far as the engine was seen. */
function oursIn({ observation }: Inner, { owners, environment }: DecisionsRequest): readonly ObservedObject[] {
  if (observation.status !== 'known') return [];
  return observation.objects.filter(
    (object) => isOurs(object, owners) && object.ownership?.environment === environment.name,
  );
}

function holdsProtected(inner: Inner, request: DecisionsRequest): boolean {
  const { resources } = request.environment;
  return oursIn(inner, request).some(({ ownership, configured }) => {
    const declared = ownership === null ? undefined : resources.get(ownership.address);
    return declared?.protect ?? configured['protect'] === true;
  });
}

/** What holds something that is protected is protected itself, with its disks. */
function sparing(environment: DesiredEnvironment, inners: readonly Inner[]): DesiredEnvironment {
  const resources = new Map<Address, DesiredResource>(environment.resources);
  for (const { inside } of inners) {
    const vm = resources.get(inside.provider);
    for (const address of [inside.provider, ...(vm?.uses ?? [])]) {
      const resource = resources.get(address);
      if (resource !== undefined) resources.set(address, { ...resource, protect: true });
    }
  }
  return { ...environment, resources };
}

function goingDown(inner: Inner, request: DecisionsRequest): readonly (readonly [Address, Taken])[] {
  if (inner.standing !== 'later' && inner.standing !== 'lost') return [];
  const ours = oursIn(inner, request);
  const addresses = (objects: readonly ObservedObject[]): readonly Address[] =>
    [...new Set(objects.flatMap(({ ownership }) => ownership?.address ?? []))].toSorted();
  const running = ours.filter(({ type, status }) => type === 'service' && status.run_state === 'running');
  const data = inner.standing === 'lost' ? ours.filter(holdsData) : [];
  return [[inner.inside.provider, { restarts: addresses(running), data: addresses(data) }]];
}
