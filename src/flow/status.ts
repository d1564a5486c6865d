/** Status: how an environment is now, put together from what is declared, observed and recorded. Pure. */
import { type Address, canRun, typeOf } from '../model/address.ts';
import type { DesiredEnvironment, DesiredResource } from '../model/desired.ts';
import { member } from '../model/json.ts';
import type {
  GateVerdict,
  Observation,
  ObservedObject,
  ObservedRunState,
  Recorded,
  RecordedResource,
} from '../model/observed.ts';
import { isOurs } from '../model/ownership.ts';
import { isOfInputs, type Plan } from '../model/plan.ts';
import { leftOutRungs } from '../model/readiness.ts';
import { isMeantToRest } from '../model/run-state.ts';
import type { VmMemory } from '../model/vm-event.ts';
import { ownCondition } from '../reconcile/plan/gate-steps.ts';
import { missingReason } from './missing-reason.ts';
import { portsOf } from './status-ports.ts';
import { isCutOff, isStartedBy, isUnderWay, type OpenRun } from './open-run.ts';
import { readyCondition, stalledCondition } from './status-ready.ts';
import {
  frozenCondition,
  pendingRestartCondition,
  quarantineOf,
  quarantinedCondition,
  reconcilingCondition,
  unacceleratedCondition,
} from './status-conditions.ts';
import { reasonOf } from './status-reason.ts';
import { devClusterOf } from './status-cluster.ts';
import { restingEngines, statusInside } from './status-inside.ts';
import { virtualMachineOf } from './status-vm.ts';
import type { Condition, EnvironmentStatus, ResourceStatus, StatedState } from '../report/status.ts';

export interface StatusInput {
  readonly environment: DesiredEnvironment;
  readonly plan: Plan;
  readonly observations: ReadonlyMap<string, Observation>;
  readonly recorded: Recorded;
  readonly owners: readonly string[];
  /** The run that has not ended, and who is at it. */
  readonly openRun: OpenRun | null;
  /** What somebody who probes by themselves knows beyond the engine's verdicts, of what runs. */
  readonly probed?: ReadonlyMap<Address, ProbedHealth>;
  /** What is remembered of VMs; absent where nobody asked. */
  readonly vms?: ReadonlyMap<Address, VmMemory>;
}

export interface ProbedHealth {
  readonly health: 'healthy' | 'unhealthy';
  /** One sentence for people, known secrets masked. */
  readonly reason: string | null;
}

export function environmentStatus(input: StatusInput): EnvironmentStatus {
  const { environment, recorded } = input;
  const resources = [...environment.resources.values()]
    .map((resource) => withMachine(resource, resourceStatus(resource, input), input))
    .sort((left, right) => (left.address < right.address ? -1 : 1));
  const state = stateOf(resources, input);
  const quarantine = quarantineOf(environment, recorded);
  return {
    name: environment.name,
    state,
    conditions: [
      ...conditionsOf(input, state),
      quarantinedCondition(quarantine, environment.name),
      frozenCondition(input.plan),
      ...pendingRestartCondition(input.plan),
      ...unacceleratedCondition(input.plan),
    ],
    last_applied: recorded.revisions.last_applied,
    last_attempted: recorded.revisions.last_attempted,
    last_healthy: recorded.revisions.last_healthy,
    quarantine,
    resources,
  };
}

function resourceStatus(resource: DesiredResource, input: StatusInput): ResourceStatus {
  const observation = input.observations.get(resource.engine);
  const { address, engine, name } = resource;
  const object = observation?.status === 'known' ? findObject(observation.objects, resource, input.owners) : null;
  const base = {
    address,
    engine,
    name,
    image: imageOf(resource, object),
    ports: portsOf(resource, object?.status ?? null),
    frozen: input.plan.frozen.find((freeze) => freeze.address === address) ?? null,
    ...pendingOf(address, input.plan),
  };
  if (object !== null) {
    const { run_state, since, restarts, details } = object.status;
    const reason = reasonOf(object.status);
    const own = object.status.health;
    const isUnchecked = own === 'none' && run_state === 'running' && ownCondition(resource) === 'service_healthy';
    const found = { ...base, run_state, health: isUnchecked ? ('unknown' as const) : own, reason };
    const probed = run_state === 'running' ? input.probed?.get(address) : undefined;
    const { health: verdict, reason: why } = healthOf(found, probed);
    const isAtGate = verdict === 'unknown' && !isCutOff(input.openRun) && isStartedBy(input.openRun, since);
    const health = isAtGate ? ('starting' as const) : verdict;
    const gate = health === 'unknown' ? gateOf(input.recorded.resources[address], since) : null;
    return {
      ...found,
      health,
      gate,
      reason: why ?? gate?.reason ?? leftOut(resource, run_state),
      since,
      restarts,
      details,
    };
  }
  const nothing = { health: 'none', gate: null, since: null, restarts: 0, details: {} } as const;
  const inside = statusInside(resource, observation, input.plan);
  if (inside !== null) return { ...base, ...nothing, ...inside };
  const known = observation?.status === 'known';
  const silent = observation?.status === 'unreachable' ? observation.error : null;
  const before = input.recorded.resources[address];
  const wasApplied = before?.unfinished === false && before.engine === resource.engine;
  const reason = known ? missingReason(resource, observation.objects, input.owners, wasApplied) : silent;
  return { ...base, ...nothing, reason, run_state: known ? 'missing' : 'unknown' };
}

/** What is healthy by the rungs that are declared is so by these alone. */
function leftOut({ type, config }: DesiredResource, runState: ObservedRunState | null): string | null {
  const rungs = type === 'vm' && runState === 'running' ? leftOutRungs(config) : [];
  if (rungs.length === 0) return null;
  return `nobody looks whether it is ${rungs.join(' and ')}: \`ready\` declares no means for that`;
}

/** What a VM or a cluster is in the words of the tools around it. */
function withMachine(resource: DesiredResource, status: ResourceStatus, input: StatusInput): ResourceStatus {
  if (resource.type === 'cluster') return withCluster(resource, status, input);
  if (resource.type !== 'vm') return status;
  const observation = input.observations.get(resource.engine);
  // Where its engine does not exist yet, neither does the VM.
  const silent = observation === undefined || observation.status === 'unreachable';
  const objects = observation?.status === 'known' ? observation.objects : silent ? null : [];
  const object = objects === null ? null : findObject(objects, resource, input.owners);
  const memory = input.vms?.get(resource.address);
  return { ...status, virtual_machine: virtualMachineOf(resource, { objects, object, health: status.health, memory }) };
}

function withCluster(resource: DesiredResource, status: ResourceStatus, input: StatusInput): ResourceStatus {
  const observation = input.observations.get(resource.engine);
  const object = observation?.status === 'known' ? findObject(observation.objects, resource, input.owners) : null;
  return { ...status, dev_cluster: object === null ? null : devClusterOf(resource, object, status.health) };
}

function pendingOf(address: Address, plan: Plan): Pick<ResourceStatus, 'pending_restart'> {
  const pending = (plan.pending_restart ?? []).filter((one) => one.address === address);
  return pending.length === 0 ? {} : { pending_restart: pending };
}

/** What is recorded of another start says nothing of this one. */
function gateOf(recorded: RecordedResource | undefined, since: string | null): GateVerdict | null {
  const gate = recorded?.gate;
  if (gate === undefined || since === null) return null;
  return Date.parse(gate.at) >= Date.parse(since) ? gate : null;
}

/** The worse of the engine's verdict and of what was probed. */
function healthOf(
  { health, reason }: Pick<ResourceStatus, 'health' | 'reason'>,
  probed: ProbedHealth | undefined,
): Pick<ResourceStatus, 'health' | 'reason'> {
  if (probed?.health === 'unhealthy') return { health: 'unhealthy', reason: probed.reason ?? reason };
  return { health: health === 'unknown' ? (probed?.health ?? health) : health, reason };
}

/** Images are nobody's; of all else only what is ours, or said to be somebody else's, is the resource. */
export function findObject(
  objects: readonly ObservedObject[],
  resource: DesiredResource,
  owners: readonly string[],
): ObservedObject | null {
  const isAnybodys = resource.external || resource.type === 'image';
  const isIt = (object: ObservedObject): boolean =>
    object.type === resource.type && object.name === resource.name && (isAnybodys || isOurs(object, owners));
  return objects.find(isIt) ?? null;
}

/** What it was really made from. */
function imageOf({ type }: DesiredResource, object: ObservedObject | null): string | null {
  const image = type === 'service' ? member(object?.status.details, 'image') : null;
  return typeof image === 'string' ? image : null;
}

const WORKS: ReadonlySet<string | null> = new Set(['running', 'completed', null]);

function stateOf(resources: readonly ResourceStatus[], input: StatusInput): StatedState {
  const { environment, plan, recorded, openRun } = input;
  if (isUnderWay(openRun)) return 'provisioning';
  const services = resources.filter(({ address }) => canRun(typeOf(address)));
  const made = resources.filter(({ address }) => isMade(environment.resources.get(address)));
  if ((made.length === 0 ? resources : made).every(({ run_state }) => run_state === 'missing')) {
    if (recorded.revisions.last_applied === null) return 'uninitialized';
    if (Object.keys(recorded.resources).length === 0) return 'terminated';
    // What is still recorded was not destroyed by trueup, and is gone all the same; or it is declared no more, and kept.
    if (resources.length > 0) return 'failed';
  }
  const resting = restingEngines(plan);
  const wanted = services.filter(
    ({ address, engine }) => !isMeantToRest(environment.resources.get(address)?.config) && !resting.has(engine),
  );
  const working = wanted.filter(({ run_state, health }) => WORKS.has(run_state) && health !== 'unhealthy');
  // Where an engine does not answer, nobody can say that nothing works.
  if (working.length === 0 && resources.some(({ run_state }) => run_state === 'unknown')) return 'unknown';
  if (services.length > 0 && wanted.length === 0) return 'stopped';
  if (wanted.some(({ health, run_state }) => health === 'starting' || run_state === 'restarting'))
    return 'provisioning';
  const isProven = !isCutOff(openRun) || wanted.every((resource) => !isLeftAtGate(resource, openRun));
  const isSound = plan.drift.every(isOfInputs) && plan.complete && lastRunWasHealthy(recorded) && isProven;
  if (working.length === wanted.length) return isSound ? 'healthy' : 'degraded';
  return working.length === 0 ? 'failed' : 'degraded';
}

/** What was started by a run that was cut off, and whose health nobody has seen since. */
function isLeftAtGate({ health, since }: ResourceStatus, run: OpenRun | null): boolean {
  return health === 'unknown' && isStartedBy(run, since);
}

/** What others made, or what was pulled, says nothing about whether an environment is there. */
function isMade(resource: DesiredResource | undefined): boolean {
  return resource !== undefined && !resource.external && resource.type !== 'image';
}

/** Where nobody has looked since, the last look is what is known. */
function lastRunWasHealthy({ revisions }: Recorded): boolean {
  return revisions.attempt_healthy;
}

function conditionsOf(input: StatusInput, state: StatedState): readonly Condition[] {
  const { plan, environment, openRun } = input;
  return [readyCondition(plan, environment, state), reconcilingCondition(openRun), stalledCondition(plan)];
}
