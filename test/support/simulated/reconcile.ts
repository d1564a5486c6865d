/** One reconcile against simulated engines, as a trueup process does it: connect, observe, plan, run. Nothing is recorded. */
import type { Driver } from '../../../src/drivers/driver.ts';
import type { Scope } from '../../../src/drivers/scope.ts';
import type { ResourceType } from '../../../src/model/address.ts';
import type { DesiredEnvironment } from '../../../src/model/desired.ts';
import { NOTHING_RECORDED, type Observation, type Recorded } from '../../../src/model/observed.ts';
import type { Plan } from '../../../src/model/plan.ts';
import type { Run } from '../../../src/model/run.ts';
import type { Vault } from '../../../src/model/secret.ts';
import { planClaiming } from '../../../src/flow/claiming.ts';
import { throughProvider } from '../../../src/flow/inside.ts';
import { DEFAULT_LIMITS } from '../../../src/reconcile/execute/ready-steps.ts';
import type { EngineConnection } from '../../../src/reconcile/gates/gate-keeper.ts';
import { planEnvironment, type PlanRequest } from '../../../src/reconcile/plan/plan.ts';
import { runPlan } from '../../../src/reconcile/run.ts';
import { SEALER } from '../sealer.ts';

export const OWNER = 'owner-of-these-tests';

export const NO_SECRETS: Vault = {
  reveal: (secret) => `plain ${secret.$secret}`,
  mask: (text) => text,
};

/** No run has the id of another. */
let runs = 0;

export interface ReconcileOptions {
  readonly plan?: Partial<PlanRequest>;
  readonly signal?: AbortSignal;
  /** What a person adopted: what the environment claims besides is in the way. */
  readonly adopted?: Recorded;
  /** Engines of which nothing is said. */
  readonly leftOut?: ReadonlySet<string>;
  /** Told after each step that ended. */
  readonly onStep?: () => void;
}

export interface Reconciled {
  readonly plan: Plan;
  readonly run: Run;
}

/** The plan that a reconcile would carry out now. */
export async function planNow(
  driver: Driver,
  environment: DesiredEnvironment,
  options: ReconcileOptions = {},
): Promise<Plan> {
  const { signal = new AbortController().signal } = options;
  const observations = new Map<string, Observation>();
  // What is inside of VMs comes after what runs them.
  const { apart = [], inside = [] } = Object.groupBy(Object.values(environment.engines), (engine) =>
    engine.inside === undefined ? 'apart' : 'inside',
  );
  for (const declaration of [...apart, ...inside]) {
    const observer = await driver.observer(declaration, SEALER);
    const ask = (): Promise<Observation> => observer.observe(scopeOf(environment, declaration.name), signal);
    const answer = observations.get(declaration.inside?.engine.name ?? '');
    const provider = { answer, observer: undefined, owners: [OWNER], ask };
    const observation = await throughProvider(declaration, provider, signal);
    const isNeeded = [...environment.resources.values()].some(({ engine }) => engine === declaration.name);
    // That an engine does not answer, on which nothing is placed, is no news.
    if (observation.status === 'known' || isNeeded || declaration.inside === undefined)
      observations.set(declaration.name, observation);
    await observer.close();
  }
  for (const engine of options.leftOut ?? []) observations.delete(engine);
  const planOf = (seen: ReadonlyMap<string, Observation>): Plan =>
    planEnvironment({
      environment,
      observations: seen,
      recorded: NOTHING_RECORDED,
      owners: [OWNER],
      models: new Map(Object.keys(environment.engines).map((name) => [name, driver.model])),
      today: '2026-01-31',
      targets: null,
      fields: 'all',
      mode: 'apply',
      destroyData: false,
      replace: new Set(),
      restart: new Set(),
      allowRemovals: 1000,
      ...options.plan,
    });
  const claims = { environment, recorded: options.adopted ?? NOTHING_RECORDED, owner: OWNER };
  return planClaiming(observations, claims, { mode: 'apply', targets: new Set() }, planOf).plan;
}

export async function reconcile(
  driver: Driver,
  environment: DesiredEnvironment,
  options: ReconcileOptions = {},
): Promise<Reconciled> {
  const { signal = new AbortController().signal } = options;
  const plan = await planNow(driver, environment, options);
  const connections = new Map<string, EngineConnection>();
  for (const declaration of Object.values(environment.engines)) {
    const observer = await driver.observer(declaration, SEALER);
    const actuator = driver.actuator(declaration);
    connections.set(declaration.name, {
      observer,
      scope: scopeOf(environment, declaration.name),
      actuator: () => actuator,
    });
  }
  const run = await runPlan(plan, {
    id: `run${(runs += 1)}`,
    environment,
    connections,
    owners: [OWNER],
    checkout: '/checkout',
    vault: NO_SECRETS,
    limits: DEFAULT_LIMITS,
    signal,
    now: () => performance.now(),
    emit: (event) => {
      if (event.type === 'step_ended') options.onStep?.();
    },
    onChangeDone: () => {},
    planSecond: (addresses, leftOut) =>
      planNow(driver, environment, { ...options, leftOut, plan: { ...options.plan, targets: new Set(addresses) } }),
  });
  return { plan, run };
}

function scopeOf(environment: DesiredEnvironment, engine: string): Scope {
  const placed = [...environment.resources.values()].filter((resource) => resource.engine === engine);
  const names: Partial<Record<ResourceType, string[]>> = {};
  for (const { type, name } of placed) (names[type] ??= []).push(name);
  return { owners: [OWNER], project: environment.project, environment: environment.name, names };
}
