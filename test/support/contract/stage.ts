/**
 * The stage of one check: drives the driver as the core does, with the real compare and plan. What is desired is a list
 * of resources; what comes out are plans, steps run in their order, and observations.
 */
import type { Actuator, Observer } from '../../../src/drivers/driver.ts';
import type { StepContext } from '../../../src/drivers/step-context.ts';
import type { ExecOptions, ExecResult } from '../../../src/drivers/reach.ts';
import type { ObjectReference, Scope } from '../../../src/drivers/scope.ts';
import type { ResourceType } from '../../../src/model/address.ts';
import type { DesiredEnvironment, DesiredResource, MovedResource } from '../../../src/model/desired.ts';
import { NOTHING_RECORDED, type Observation, type ObservedObject } from '../../../src/model/observed.ts';
import type { Plan, Step } from '../../../src/model/plan.ts';
import { planEnvironment, type PlanRequest } from '../../../src/reconcile/plan/plan.ts';
import { eventually } from '../eventually.ts';
import type { Capability, ContractHarness } from './harness.ts';
import { SEALER } from '../sealer.ts';

export const PROJECT = 'contract';
export const ENVIRONMENT = 'contract';
export const CHECKOUT = '/home/kim/contract';
export const REVISION = '1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d';

/** Names of what the contract suite makes; harnesses use it, so that it can never meet anything else. */
export function physicalName(type: ResourceType, key: string): string {
  return type === 'service' ? `${PROJECT}-${key}-1` : `${PROJECT}_${key}`;
}

export interface StageOptions {
  readonly owner?: string;
  /** How long to wait for what the world needs time for. */
  readonly patienceMs?: number;
  /** The snapshot of an engine that several checks use, from before all of them. */
  readonly blank?: string;
}

export interface PlanOptions extends Partial<PlanRequest> {
  readonly moved?: readonly MovedResource[];
}

export class Stage {
  readonly harness: ContractHarness;
  readonly observer: Observer;
  readonly actuator: Actuator;
  readonly owner: string;
  /** Absent where the check has an engine of its own. */
  readonly blank: string | undefined;
  readonly #patienceMs: number;

  constructor(harness: ContractHarness, observer: Observer, actuator: Actuator, options: StageOptions) {
    this.harness = harness;
    this.observer = observer;
    this.actuator = actuator;
    this.owner = options.owner ?? 'owner-1';
    this.blank = options.blank;
    this.#patienceMs = options.patienceMs ?? 60_000;
  }

  /** Opens connections; the caller closes the stage. */
  static async open(harness: ContractHarness, options: StageOptions = {}): Promise<Stage> {
    const observer = await harness.driver.observer(harness.engine, harness.sealer ?? SEALER);
    return new Stage(harness, observer, await harness.driver.actuator(harness.engine), options);
  }

  async close(): Promise<void> {
    await Promise.all([this.observer.close(), this.actuator.close()]);
  }

  observe(resources: readonly DesiredResource[] = [], signal: AbortSignal = NEVER): Promise<Observation> {
    return this.observer.observe(this.scope(resources), signal);
  }

  async objects(resources: readonly DesiredResource[] = []): Promise<readonly ObservedObject[]> {
    const observation = await this.observe(resources);
    if (observation.status !== 'known') throw new Error(`the engine is ${observation.status}`);
    return observation.objects.filter((object) => !this.#isForeign(object));
  }

  /** Images, and what somebody else made, are nobody's of these checks. */
  #isForeign({ type, name }: ObjectReference): boolean {
    return type === 'image' || this.#external().some((other) => other.type === type && other.name === name);
  }

  #external(): readonly DesiredResource[] {
    return this.harness.external ?? [];
  }

  async find(resource: ObjectReference): Promise<ObservedObject | null> {
    const observation = await this.observer.observe({ ...this.scope([]), only: [referenceTo(resource)] }, NEVER);
    if (observation.status !== 'known') throw new Error(`the engine is ${observation.status}`);
    return observation.objects.find(({ type, name }) => type === resource.type && name === resource.name) ?? null;
  }

  async get(resource: ObjectReference): Promise<ObservedObject> {
    const found = await this.find(resource);
    if (found === null) throw new Error(`${resource.type} ${resource.name} is not observed`);
    return found;
  }

  /** Asks again until the answer is neither `null` nor `false`. */
  eventually<T>(ask: () => T | null | false | Promise<T | null | false>, what: string): Promise<T> {
    return eventually(ask, what, this.#patienceMs);
  }

  reaches(resource: ObjectReference, state: string): Promise<ObservedObject> {
    return this.eventually(async () => {
      const found = await this.get(resource);
      return found.status.run_state === state ? found : null;
    }, `${resource.name} to be ${state}`);
  }

  exec(service: DesiredResource, command: readonly string[], options: Partial<ExecOptions> = {}): Promise<ExecResult> {
    const { vault } = this.harness;
    return this.actuator.exec(referenceTo(service), service.config, command, { signal: NEVER, vault, ...options });
  }

  /** Waits until somebody listens there. */
  async reachable(service: ObjectReference, port: number): Promise<void> {
    await this.eventually(async () => {
      try {
        const stream = await this.actuator.connect(referenceTo(service), { port }, NEVER);
        stream.destroy();
        return true;
      } catch {
        return false;
      }
    }, `port ${port} of ${service.name}`);
  }

  async plan(resources: readonly DesiredResource[], overrides: PlanOptions = {}): Promise<Plan> {
    return this.planAgainst(await this.observe(resources), resources, overrides);
  }

  /** The plan for an engine on which there is nothing at all, whatever there is. */
  planFromNothing(resources: readonly DesiredResource[]): Plan {
    const facts = { kind: 'none', version: '0' };
    return this.planAgainst({ status: 'known', engine: this.harness.engine.name, facts, objects: [] }, resources);
  }

  planAgainst(
    observation: Observation,
    resources: readonly DesiredResource[],
    { moved = [], ...overrides }: PlanOptions = {},
  ): Plan {
    const { driver, engine } = this.harness;
    return planEnvironment({
      environment: this.#environment(resources, moved),
      observations: new Map([[engine.name, observation]]),
      recorded: NOTHING_RECORDED,
      owners: [this.owner],
      models: new Map([[engine.name, driver.model]]),
      today: '2026-01-31',
      targets: null,
      fields: 'all',
      mode: 'apply',
      destroyData: false,
      replace: new Set(),
      restart: new Set(),
      allowRemovals: 1000,
      ...overrides,
    });
  }

  /** Runs the engine calls of a plan in their order; gates are not the driver's. */
  async run(steps: readonly Step[], context: Partial<StepContext> = {}): Promise<void> {
    for (const step of stepsOfDriver(steps)) await this.runStep(step, context);
  }

  async runStep(step: Step, context: Partial<StepContext> = {}): Promise<void> {
    await this.actuator.run(step, this.stepContext(context));
  }

  stepContext(context: Partial<StepContext> = {}): StepContext {
    return {
      signal: NEVER,
      vault: this.harness.vault,
      owners: [this.owner],
      run: '01test',
      ownership: {
        owner: this.owner,
        project: PROJECT,
        environment: ENVIRONMENT,
        checkout: CHECKOUT,
        revision: REVISION,
      },
      progress: () => {},
      ...context,
    };
  }

  /** Makes it so, and answers the plan that was carried out. */
  async apply(resources: readonly DesiredResource[], overrides: PlanOptions = {}): Promise<Plan> {
    const plan = await this.plan(resources, overrides);
    await this.run(plan.steps);
    return plan;
  }

  /** Has them be there, which is all that the check is about: where it takes long to make one whole, its making is broken off. */
  async place(resources: readonly DesiredResource[]): Promise<void> {
    const { begun } = this.harness;
    if (begun === undefined) return this.run((await this.plan(resources)).steps);
    const enough = new Error('enough');
    for (const resource of resources) {
      if ((await this.find(resource)) !== null) continue;
      const cut = new AbortController();
      const { steps } = await this.plan(resources);
      const own = steps.filter(({ address }) => address === resource.address);
      const making = this.run(own, { signal: cut.signal });
      try {
        await Promise.race([begun(resource.name, cut.signal), making]);
      } finally {
        cut.abort(enough);
      }
      await making.catch((error: unknown) => (error === enough ? undefined : Promise.reject(error)));
    }
  }

  /** What another plan would still change, in words: nothing, once all is as desired. */
  async remaining(resources: readonly DesiredResource[]): Promise<readonly string[]> {
    const plan = await this.plan(resources);
    return [
      ...plan.changes.flatMap(({ address, action, differences }) => [
        `${address} ${action}`,
        ...differences.map(({ field_path: path, before, after }) => `${path} ${JSON.stringify([before, after])}`),
      ]),
      ...plan.conflicts.map(({ summary }) => summary),
    ];
  }

  scope(resources: readonly DesiredResource[]): Scope {
    const names: Partial<Record<ResourceType, string[]>> = {};
    for (const { type, name } of [...resources, ...this.#external()]) (names[type] ??= []).push(name);
    const external = Object.fromEntries(
      this.#external().map(({ type, name, address }) => [`${type} ${name}`, address]),
    );
    return { owners: [this.owner], project: PROJECT, environment: ENVIRONMENT, names, external };
  }

  #environment(resources: readonly DesiredResource[], moved: readonly MovedResource[]): DesiredEnvironment {
    const { engine } = this.harness;
    return {
      name: ENVIRONMENT,
      type: 'local',
      project: PROJECT,
      folder: `environments/${ENVIRONMENT}`,
      revision: { commit: REVISION, dirty: false },
      engines: { [engine.name]: engine },
      resources: new Map([...resources, ...this.#external()].map((resource) => [resource.address, resource])),
      policies: { drift: 'report', on_failure: 'stop', rollback: 'service', prune: true },
      moved,
      ignore_differences: [],
      files: [],
      locate: () => null,
    };
  }
}

export const NEVER: AbortSignal = new AbortController().signal;

export function stepsOfDriver(steps: readonly Step[]): readonly Step[] {
  return steps.filter((step) => step.phase !== 'gate');
}

export function referenceTo({ type, name }: ObjectReference): ObjectReference {
  return { type, name };
}

/** One promise of the contract. `check` throws when the driver does not keep it. */
export interface Obligation {
  readonly name: string;
  readonly needs: readonly Capability[];
  /**
   * With others of this word it may be checked on one engine, one after the other: it begins by making what it needs, whatever another
   * one has left of it, and leaves nothing that they do not expect. Absent for one that begins with nothing.
   */
  readonly shares?: 'ours' | 'theirs';
  check(stage: Stage): Promise<void>;
}

/** What an engine has that is said to have it. */
export function present<T>(value: T | null): T {
  if (value === null) throw new Error('the harness makes none');
  return value;
}
