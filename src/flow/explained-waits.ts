/** What keeps a resource from being as it is declared: engines, dependencies, runs, gates, people. Pure. */
import { type Address, canRun } from '../model/address.ts';
import type { Dependency, DesiredResource } from '../model/desired.ts';
import { hasErrors } from '../model/diagnostic.ts';
import type { NextOutcome, Wait } from '../model/explanation.ts';
import type { Observation } from '../model/observed.ts';
import type { Plan } from '../model/plan.ts';
import { isMeantToRest } from '../model/run-state.ts';
import type { EnvironmentStatus, ResourceStatus } from '../report/status.ts';
import { freezeEndText, momentText } from '../report/words.ts';

export interface WaitsInput {
  readonly address: Address;
  /** `null` for what no manifest declares. */
  readonly desired: DesiredResource | null;
  readonly engine: string;
  readonly observation: Observation | undefined;
  readonly status: EnvironmentStatus;
  readonly plan: Plan;
  readonly next: NextOutcome;
}

export function waitsOf(input: WaitsInput): readonly Wait[] {
  return [
    ...engineWaits(input),
    ...(isWaiting(input) ? dependencyWaits(input) : []),
    ...conditionWaits(input),
    ...gateWaits(input),
    ...frozenWaits(input),
    ...planWaits(input),
  ];
}

function engineWaits({ engine, observation }: WaitsInput): readonly Wait[] {
  if (observation?.status === 'unreachable') return [{ on: 'engine', engine, reason: observation.error }];
  if (observation?.status !== 'absent') return [];
  return [{ on: 'engine', engine, reason: `it runs in ${observation.provided_by}, which does not exist yet` }];
}

/** What runs as it is declared waits for nothing, whatever has become of its dependencies since. */
function isWaiting({ next, address, status, desired }: WaitsInput): boolean {
  const state = statusOf(address, status)?.run_state;
  if (desired === null || !canRun(desired.type) || isMeantToRest(desired.config)) return false;
  return next.outcome === 'change' || (state !== 'running' && state !== 'completed');
}

function dependencyWaits({ desired, status }: WaitsInput): readonly Wait[] {
  return (desired?.dependencies ?? []).flatMap((dependency): readonly Wait[] => {
    const reason = unmet(dependency, statusOf(dependency.address, status));
    if (reason === null) return [];
    return [{ on: 'dependency', address: dependency.address, condition: dependency.condition, reason }];
  });
}

/** Why a condition does not hold; `null` where it does, or nobody knows better. */
function unmet({ condition }: Dependency, found: ResourceStatus | null): string | null {
  if (found === null) return null;
  const { run_state: state, health, gate, reason } = found;
  if (state === null) return null;
  const why = reason === null ? '' : `: ${reason}`;
  switch (condition) {
    case 'service_started':
      return state === 'running' || state === 'completed' ? null : `it is ${state}${why}`;
    case 'service_completed_successfully':
      return state === 'completed' ? null : `it is ${state}${why}`;
    case 'service_healthy':
      if (state !== 'running' && state !== 'completed') return `it is ${state}${why}`;
      if (gate !== null) return gate.met ? null : 'its gate was not met when it was looked at last';
      return health === 'unhealthy' || health === 'starting' ? `it is ${health}${why}` : null;
    default:
      return condition satisfies never;
  }
}

/** A run under way changes what is said here. A quarantine is about the whole environment. */
function conditionWaits({ status }: WaitsInput): readonly Wait[] {
  return status.conditions.flatMap(({ type, status: holds, message }): readonly Wait[] => {
    if (holds !== 'True') return [];
    if (type === 'Reconciling') return [{ on: 'run', reason: message }];
    return type === 'Quarantined' ? [{ on: 'quarantine', reason: message }] : [];
  });
}

function gateWaits({ address, status }: WaitsInput): readonly Wait[] {
  const gate = statusOf(address, status)?.gate ?? null;
  if (gate === null || gate.met) return [];
  return [{ on: 'gate', reason: `its gate was not met on ${momentText(gate.at)}` }];
}

function frozenWaits({ address, plan }: WaitsInput): readonly Wait[] {
  return plan.frozen
    .filter((freeze) => freeze.address === address)
    .map((freeze) => ({ on: 'freeze', reason: `until ${freezeEndText(freeze)}, by ${freeze.by}: ${freeze.reason}` }));
}

/** What forbids the whole plan, where this resource is to be changed by it. */
function planWaits({ plan, next, address }: WaitsInput): readonly Wait[] {
  if (plan.applyable || next.outcome !== 'change') return [];
  const away = plan.inputs.engines.filter(({ status }) => status === 'unreachable');
  const others = plan.conflicts.filter((conflict) => conflict.address !== address);
  const errors = hasErrors(plan.diagnostics) ? plan.diagnostics.filter(({ severity }) => severity === 'error') : [];
  return [
    ...away.map(({ name }) => `engine ${name} does not answer`),
    ...others.map(({ summary }) => summary),
    ...errors.map(({ summary }) => summary),
  ].map((reason) => ({ on: 'plan', reason }));
}

function statusOf(address: Address, { resources }: EnvironmentStatus): ResourceStatus | null {
  return resources.find((resource) => resource.address === address) ?? null;
}
