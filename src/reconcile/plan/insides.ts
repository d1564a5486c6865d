/**
 * Engines inside of VMs, as a plan takes them: what it does about a VM and its disks decides what can be said of the engine in it.
 * Pure.
 *
 * - The VM is made, or what was on it is lost: nothing is there yet, and all that is declared is created.
 * - The VM goes down and comes up, or still boots: what is inside is looked at once it is up again.
 * - The VM is meant to be down, or is left down: so is all in it, and nothing of it is compared.
 * - The VM goes for good and its engine does not answer: what is inside goes with it.
 * - Else the engine is like any other, and one that does not answer is unreachable.
 *
 * What would go with a VM, and is protected, keeps the VM and its disks: `sheltered` says of each what it holds.
 */
import { compareEnvironment } from '../../diff/compare.ts';
import { holdsData } from '../../diff/impact.ts';
import type { Address } from '../../model/address.ts';
import type { Change, Withheld } from '../../model/change.ts';
import type { EngineDeclaration, EngineInside } from '../../model/desired.ts';
import { compareText } from '../../model/json.ts';
import type { Observation, ObservedObject } from '../../model/observed.ts';
import { isMeantToRest } from '../../model/run-state.ts';
import { type DecisionsRequest, decidePlan, type PlanDecisions } from './decisions.ts';
import { keptInside, oursIn, protectedInside } from './inside-contents.ts';
import { bringsUp } from './left-alone.ts';
import { restartedWith } from './restarted-with.ts';
import { isDown, isLeftDown, lostDisks, sheltering } from './provider-changes.ts';

export interface Insides<Request extends DecisionsRequest> {
  /** What is to be compared and decided. */
  readonly request: Request;
  /** Engines that are in VMs which are down, and stay so. */
  readonly resting: ReadonlySet<string>;
  /** What goes down or is lost with a VM, by the VM, or by its disks where it has no change of its own. */
  readonly taken: ReadonlyMap<Address, Taken>;
  /** What was to go, and stays with its VM; sorted. */
  readonly kept: readonly Withheld[];
}

export interface Taken {
  /** What runs inside and is restarted with the VM, and whoever asked to be restarted with that; sorted. */
  readonly restarts: readonly Address[];
  /** Whose data goes with the VM; sorted. */
  readonly data: readonly Address[];
}

type Standing = 'looked' | 'later' | 'lost' | 'resting' | 'left' | 'gone' | 'unreachable';

interface Inner {
  readonly engine: EngineDeclaration;
  readonly inside: EngineInside;
  readonly observation: Observation;
  readonly standing: Standing;
  /** Which changes destroy what is inside, whatever becomes of the VM; empty for none. */
  readonly destroyedBy: readonly Address[];
}

/** Where no engine is in a VM the request is as it was, and nothing is looked at twice. */
export function withInsides<Request extends DecisionsRequest>(request: Request): Insides<Request> {
  const { environment } = request;
  if (Object.values(environment.engines).every(({ inside }) => inside === undefined))
    return { request, resting: new Set(), taken: new Map(), kept: [] };
  const first = innersOf(request);
  const sheltered = new Map(first.flatMap((inner) => shelteredBy(inner, request)));
  const asked = sheltered.size === 0 ? request : { ...request, sheltered };
  const inners = sheltered.size === 0 ? first : innersOf(asked);
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
  const down = inners.filter(({ standing }) => standing === 'resting' || standing === 'left');
  const left = request.mode === 'destroy' ? down.flatMap((inner) => keptInside(inner, request)) : [];
  return {
    request: { ...asked, observations, later },
    resting: new Set(down.map(({ engine }) => engine.name)),
    taken: new Map(inners.flatMap((inner) => goingDown(inner, request))),
    kept: left.toSorted((one, other) => compareText(one.address, other.address)),
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
    case 'left':
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
  const decided = decidePlan(request, compareEnvironment(request));
  return Object.values(request.environment.engines).flatMap((engine) => {
    const { inside, name } = engine;
    const observation = request.observations.get(name);
    if (inside === undefined || observation === undefined) return [];
    const change = changeOf(inside, decided);
    const disks = lostDisks(inside, decided.changes, request);
    const destroyedBy = [...(change?.impact.data_loss === true ? [change.address] : []), ...disks];
    const standing = standingOf({ inside, observation, change, isEmptied: destroyedBy.length > 0, decided }, request);
    return [{ engine, inside, observation, destroyedBy, standing }];
  });
}

function changeOf({ provider, engine }: EngineInside, { changes }: PlanDecisions): Change | null {
  return changes.find((one) => one.address === provider && one.engine === engine.name) ?? null;
}

interface Judged {
  readonly inside: EngineInside;
  readonly observation: Observation;
  /** Of the VM. */
  readonly change: Change | null;
  /** Whether nothing of what was inside is there afterwards. */
  readonly isEmptied: boolean;
  readonly decided: PlanDecisions;
}

function standingOf({ inside, observation, change, isEmptied, decided }: Judged, request: DecisionsRequest): Standing {
  const isLeft = (): boolean => observation.status === 'unreachable' && isLeftDown(inside, decided, request);
  if (request.mode === 'destroy') {
    if (observation.status === 'known') return 'looked';
    if (observation.status === 'absent' || change?.action === 'delete') return 'gone';
    return change !== null || isLeft() ? 'left' : 'unreachable';
  }
  if (isMeantToRest(request.environment.resources.get(inside.provider)?.config)) return 'resting';
  const isUp = change !== null && bringsUp(change);
  if (observation.status === 'absent') return isUp ? 'looked' : 'unreachable';
  // Who makes a disk anew stops a VM that runs for that, and starts it again.
  if (isEmptied && (isUp || !isDown(inside, request))) return 'lost';
  if (isUp && isMadeBeside(change, inside, decided, request)) return 'lost';
  if (isUp) return 'later';
  if (observation.status === 'known') return 'looked';
  if (isLeft()) return 'left';
  return isAwaited(inside, observation, request) ? 'later' : 'unreachable';
}

/** A VM that is made anew around a disk that is not there yet has nothing of what was inside. */
function isMadeBeside(
  { action }: Change,
  inside: EngineInside,
  { changes }: PlanDecisions,
  { environment }: DecisionsRequest,
): boolean {
  if (action !== 'replace' && action !== 'create') return false;
  const uses = environment.resources.get(inside.provider)?.uses ?? [];
  return changes.some((one) => one.type === 'volume' && one.action === 'create' && uses.includes(one.address));
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

/** The VM and its disks, each with what is protected inside, where it would go with them. */
function shelteredBy(inner: Inner, request: DecisionsRequest): readonly (readonly [Address, Address])[] {
  if (inner.destroyedBy.length === 0 && inner.standing !== 'lost') return [];
  const held = protectedInside(inner, request);
  return held === null ? [] : sheltering(inner.inside, request).map((address) => [address, held] as const);
}

function goingDown(inner: Inner, request: DecisionsRequest): readonly (readonly [Address, Taken])[] {
  if (inner.standing !== 'later' && inner.standing !== 'lost') return [];
  const ours = oursIn(inner.observation, request);
  const addresses = (objects: readonly ObservedObject[]): readonly Address[] =>
    [...new Set(objects.flatMap(({ ownership }) => ownership?.address ?? []))].toSorted(compareText);
  const running = ours.filter(({ type, status }) => type === 'service' && status.run_state === 'running');
  const data = inner.standing === 'lost' ? ours.filter(holdsData) : [];
  const restarts = addresses(running);
  const along = restartedWith(restarts, request.environment);
  const taken = { restarts: [...restarts, ...along].toSorted(compareText), data: addresses(data) };
  return [...new Set([inner.inside.provider, ...inner.destroyedBy])].map((address) => [address, taken] as const);
}
