/** Plan: the flow from manifests to a plan, as every command that shows or changes something takes it. */
import type { Claimed } from '../diff/claims.ts';
import { withLeftAdopted } from '../diff/left-adopted.ts';
import type { Announced } from '../diff/leaving.ts';
import { planEnvironment } from '../reconcile/plan/plan.ts';
import { announcedBy } from '../reconcile/second-stage.ts';
import type { Address } from '../model/address.ts';
import type { DesiredEnvironment } from '../model/desired.ts';
import type { TrueupError } from '../model/failure.ts';
import type { DriftScope, Plan } from '../model/plan.ts';
import type { Freeze } from '../model/served.ts';
import { type JournalFile, readJournal } from '../state/journal.ts';
import type { Recorded } from '../model/observed.ts';
import { NOBODY } from '../model/ownership.ts';
import { holdsSecret } from '../model/secret.ts';
import { readRecorded } from '../state/recorded.ts';
import { activeFreezes } from './freezing.ts';
import { planClaiming } from './claiming.ts';
import { assertCarriedOut, modelsOf, withStopped } from './load.ts';
import { lookAgain } from './look-again.ts';
import { type LookAt, type Observations, observeEnvironment } from './observe.ts';
import { withRefusedMachines } from './refused-machines.ts';
import { restartsOf } from './owed-restarts.ts';
import type { Workspace } from './workspace.ts';

export interface PlanOptions {
  readonly mode: 'apply' | 'destroy';
  readonly fields: 'all' | 'run_state';
  /** Empty for the whole environment. */
  readonly targets: ReadonlySet<Address>;
  readonly replace: ReadonlySet<Address>;
  readonly restart: ReadonlySet<Address>;
  /** Images that are pulled although nothing needs them; absent for none. */
  readonly pull?: ReadonlySet<Address>;
  /** Snapshots whose data takes the place of what is there, by volume: `rollback --volumes`; absent for none. */
  readonly restored?: ReadonlyMap<Address, string>;
  /** Intents that are about to be recorded: what `start` and `stop` change. `null` for those that are recorded. */
  readonly stopped: readonly Address[] | null;
  /** Those of them that are suspended; absent where that is as it is recorded. */
  readonly suspended?: readonly Address[];
  readonly destroyData: boolean;
  readonly allowRemovals: number | null;
  /** `YYYY-MM-DD`. */
  readonly today: string;
  /** ISO 8601: freezes that have ended by then count no more. */
  readonly now: string;
  /** Whether what manifests claim, and nobody applied yet, may be changed: `--adopt`; absent for not. */
  readonly adopt?: boolean;
  /** Whether the own validators of engines are asked about what changes; absent for yes. */
  readonly validate?: boolean;
  /** What the world changed: all of it, as a person's word has it, or only where the drift policy of the resource is `heal`. */
  readonly drift: DriftScope;
}

/** Of everything, with nothing asked for beyond what differs. `now` is milliseconds since the epoch. */
export function planOfAll(now: number, drift: DriftScope): PlanOptions {
  const at = new Date(now).toISOString();
  return {
    mode: 'apply',
    fields: 'all',
    targets: new Set(),
    replace: new Set(),
    restart: new Set(),
    stopped: null,
    destroyData: false,
    allowRemovals: null,
    today: at.slice(0, 10),
    now: at,
    drift,
  };
}

export interface Planned extends AsyncDisposable {
  readonly plan: Plan;
  /** Desired as it was planned: with what is stopped on purpose. */
  readonly environment: DesiredEnvironment;
  /** The same as the manifests say it. */
  readonly declared: DesiredEnvironment;
  /** What is stopped on purpose once the plan is carried out. */
  readonly stopped: readonly Address[];
  /** Those of them that are suspended. */
  readonly suspended: readonly Address[];
  readonly fields: PlanOptions['fields'];
  /** Recorded state that could not be read: causes are unknown then, nothing else. */
  readonly problem: TrueupError | null;
  /** As it was when it was planned. */
  readonly recorded: Recorded;
  /** Of what manifests claim, what a person agrees to with this plan; sorted. */
  readonly adopts: readonly Address[];
  /** What the journal says of the runs before. */
  readonly earlier: JournalFile;
  readonly observations: Observations;
  /**
   * Looks again, through the same connections, and plans these anew in the same way: the second stage of a run. Nothing is said of
   * engines that are left out.
   */
  planAgain(targets: readonly Address[], leftOut: ReadonlySet<string>, signal: AbortSignal): Promise<Plan>;
}

export async function planFlow(
  workspace: Workspace,
  declared: DesiredEnvironment,
  options: PlanOptions,
  signal: AbortSignal,
  look: LookAt = observeEnvironment,
): Promise<Planned> {
  const { drivers, owners } = workspace;
  const { recorded, problem } = await readRecorded(workspace.state, declared.name);
  const earlier = await readJournal(workspace.state, declared.name);
  const models = await modelsOf(declared, drivers);
  assertCarriedOut(declared, models);
  const stopped = options.stopped ?? recorded.stopped;
  const suspended = (options.suspended ?? recorded.suspended ?? []).filter((address) => stopped.includes(address));
  const wanted = options.fields === 'run_state' ? withChecksOf(declared, recorded) : declared;
  const environment = withStopped(wanted, { stopped, suspended });
  const request = { environment, recorded, owners, drivers, models, sealer: workspace.vault };
  const looked = await look(request, signal);
  // A checkout that has never changed anything has no id yet.
  const ours = owners.length === 0 ? [NOBODY] : owners;
  const compared = options.mode === 'destroy' ? withoutResources(environment) : environment;
  const restart = restartsOf(options, earlier.reading, stopped);
  const frozen = frozenFor(options, await activeFreezes(workspace.state, declared.name, options.now));
  const limits = options.targets.size === 0 ? null : options.targets;
  const planOf = (
    seen: Claimed['observations'],
    targets: ReadonlySet<Address> | null = limits,
    announced: Announced | null = null,
  ): Plan =>
    planEnvironment({
      environment: compared,
      observations: seen,
      recorded,
      owners: ours,
      models,
      today: options.today,
      severities: workspace.settings.severities,
      targets,
      fields: options.fields,
      mode: options.mode,
      destroyData: options.destroyData,
      replace: options.replace,
      restart,
      ...(options.pull === undefined ? {} : { pull: options.pull }),
      ...(options.restored === undefined ? {} : { restored: options.restored }),
      allowRemovals: options.allowRemovals,
      drift: options.drift,
      ...(announced === null ? {} : { announced }),
      frozen,
      ...(options.mode === 'destroy' ? { declared: declared.resources } : {}),
    });
  const claims = { environment, recorded, owner: ours[0] ?? NOBODY };
  const { plan, adopts } = planClaiming(looked.observations, claims, options, planOf);
  const { observations } = looked;
  const whole =
    options.fields === 'all' ? withLeftAdopted(plan, { ...options, environment, observations, recorded }) : plan;
  return {
    plan: options.validate === false ? whole : await validated(whole, compared, looked, signal),
    environment,
    declared,
    stopped,
    suspended,
    fields: options.fields,
    problem,
    recorded,
    adopts,
    earlier,
    // Who looks sees what is claimed also where it is in the way until a person says otherwise.
    observations: looked,
    async planAgain(addresses, leftOut, asked) {
      const engines = new Map([...looked.engines].filter(([engine]) => !leftOut.has(engine)));
      const seen = await lookAgain(request, engines, (engine) => looked.observations.has(engine), asked);
      const targets = new Set(addresses);
      return planClaiming(seen, claims, { ...options, targets }, (now) => planOf(now, targets, announcedBy(plan))).plan;
    },
    [Symbol.asyncDispose]: () => looked[Symbol.asyncDispose](),
  };
}

async function validated(
  plan: Plan,
  environment: DesiredEnvironment,
  looked: Observations,
  signal: AbortSignal,
): Promise<Plan> {
  try {
    return await withRefusedMachines(plan, environment, looked, signal);
  } catch (error) {
    await looked[Symbol.asyncDispose]();
    throw error;
  }
}

/** Who says that something is to go says that it is debugged no more: that alone is left of a freeze. */
function frozenFor({ mode, targets }: PlanOptions, freezes: readonly Freeze[]): readonly Freeze[] {
  if (mode !== 'destroy') return freezes;
  return targets.size === 0 ? [] : freezes.filter(({ address }) => !targets.has(address));
}

/** What `destroy` wants: the same environment, with nothing in it. */
export function withoutResources(environment: DesiredEnvironment): DesiredEnvironment {
  const external = [...environment.resources].filter(([, resource]) => resource.external);
  return { ...environment, resources: new Map(external), moved: [] };
}

/**
 * What only starts and stops is proved by the health check that it was last given: the one declared now may be that of a
 * version that was never applied, or was taken back.
 */
function withChecksOf(environment: DesiredEnvironment, recorded: Recorded): DesiredEnvironment {
  const resources = new Map(environment.resources);
  for (const [address, resource] of environment.resources) {
    const known = recorded.resources[address];
    const check = known?.config['health_check'] ?? null;
    if (known?.engine !== resource.engine || known.name !== resource.name || holdsSecret(check)) continue;
    resources.set(address, { ...resource, config: { ...resource.config, health_check: check } });
  }
  return { ...environment, resources };
}
