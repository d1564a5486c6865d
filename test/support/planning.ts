/** A plan request around desired and observed, and a plan as canonical text: one line a change, one line a step. */
import type { DriverModel } from '../../src/drivers/driver.ts';
import { processModel } from '../../src/drivers/process/model.ts';
import { type Address, addressOf } from '../../src/model/address.ts';
import type { Dependency, DesiredEnvironment, DesiredResource } from '../../src/model/desired.ts';
import type { JsonObject } from '../../src/model/json.ts';
import {
  NOTHING_RECORDED,
  type Observation,
  type ObservedObject,
  type ObservedRunState,
  type Recorded,
  type RecordedResource,
} from '../../src/model/observed.ts';
import type { Plan } from '../../src/model/plan.ts';
import { planEnvironment, type PlanRequest } from '../../src/reconcile/plan/plan.ts';
import { desired, environment } from './builders.ts';

const OWNER = '00000000000000000000000000000001';

export interface ServiceDraft {
  readonly needs?: Readonly<Record<string, Partial<Dependency>>>;
  readonly volumes?: readonly string[];
  readonly config?: JsonObject;
  readonly overrides?: Partial<DesiredResource>;
}

export function service(key: string, draft: ServiceDraft = {}): DesiredResource {
  const dependencies = Object.entries(draft.needs ?? {}).map(([name, dependency]): Dependency => {
    const defaults = { condition: 'service_started', restart: false, criticality: 'required' } as const;
    return { ...defaults, ...dependency, address: addressOf('service', name) };
  });
  const volumes = draft.volumes ?? [];
  return desired(key, {
    config: {
      process: { command: ['node', `${key}.js`], cwd: '/srv', restart: 'no' },
      environment_variables: {},
      labels: {},
      health_check: null,
      storage: { volumes: Object.fromEntries(volumes.map((name) => [name, { type: 'volume', volume: name }])) },
      dependencies: Object.fromEntries(
        dependencies.map(({ address, condition, restart, criticality }) => [
          address,
          { condition, restart, criticality },
        ]),
      ),
      run_state: 'running',
      ...draft.config,
    },
    dependencies,
    uses: volumes.map((name) => addressOf('volume', name)),
    ...draft.overrides,
  });
}

export function volume(key: string, overrides: Partial<DesiredResource> = {}): DesiredResource {
  const config = { labels: {}, protect: false, deletion_policy: 'retain' };
  return desired(key, { type: 'volume', name: `shop_${key}`, deletion_policy: 'retain', config, ...overrides });
}

export const HEALTHY: JsonObject = { test: ['CMD', 'true'], endpoints: {}, interval: '1s', timeout: '1s', retries: 3 };

/** The object that an apply of `resource` would have left behind. */
export function observed(resource: DesiredResource, overrides: Partial<ObservedObject> = {}): ObservedObject {
  const state = resource.config['run_state'];
  return {
    type: resource.type,
    name: resource.name,
    id: overrides.name ?? resource.name,
    ownership: {
      owner: OWNER,
      project: 'shop',
      environment: 'local',
      address: resource.address,
      checkout: null,
      created_revision: null,
    },
    configured: resource.config,
    effective: null,
    status: {
      run_state: state === 'completed' ? 'completed' : state === 'running' ? 'running' : null,
      reason: null,
      since: null,
      exit_code: null,
      restarts: 0,
      incarnation: '1',
      health: 'none',
      details: {},
    },
    ...overrides,
  };
}

/** The same, in another run state: what the world did to it. */
export function inState(resource: DesiredResource, state: ObservedRunState): ObservedObject {
  const object = observed(resource);
  return {
    ...object,
    configured: { ...object.configured, run_state: state },
    status: { ...object.status, run_state: state },
  };
}

export function recordedOf(resources: readonly DesiredResource[]): Recorded {
  const entries = resources.map(({ address, engine, name, config }): readonly [Address, RecordedResource] => [
    address,
    { engine, name, config, revision: null, unfinished: false },
  ]);
  return { ...NOTHING_RECORDED, resources: Object.fromEntries(entries) };
}

/** The same, adopted as the objects that `observed` makes. */
export function adoptedOf(resources: readonly DesiredResource[], as?: readonly string[]): Recorded {
  const { resources: known, ...recorded } = recordedOf(resources);
  const adopted = Object.entries(known).map(([address, one]): readonly [string, RecordedResource] => [
    address,
    { ...one, adopted: as ?? [one.name] },
  ]);
  return { ...recorded, resources: Object.fromEntries(adopted) };
}

export interface World {
  readonly objects?: readonly ObservedObject[];
  readonly recorded?: Recorded;
  readonly observation?: Observation;
}

export function requestOf(
  desiredEnvironment: DesiredEnvironment,
  world: World = {},
  overrides: Partial<PlanRequest> = {},
): PlanRequest {
  const facts = { kind: 'process', version: '1' };
  const known: Observation = { status: 'known', engine: 'process', facts, objects: world.objects ?? [] };
  const model: DriverModel = processModel;
  return {
    environment: desiredEnvironment,
    observations: new Map([['process', world.observation ?? known]]),
    recorded: world.recorded ?? NOTHING_RECORDED,
    owners: [OWNER],
    models: new Map([['process', model]]),
    today: '2026-01-31',
    targets: null,
    fields: 'all',
    mode: 'apply',
    destroyData: false,
    replace: new Set(),
    restart: new Set(),
    allowRemovals: null,
    ...overrides,
  };
}

export function planOf(
  resources: readonly DesiredResource[],
  world: World = {},
  overrides: Partial<PlanRequest> & { readonly environment?: DesiredEnvironment } = {},
): Plan {
  return planEnvironment(requestOf(overrides.environment ?? environment(resources), world, overrides));
}

/** `address action (reason, cause) path: before → after [effect, cause]`, one line each; then the steps. */
export function planText(plan: Plan): string {
  const changes = plan.changes.flatMap((change) => [
    `${change.address} ${change.action} (${change.reason}, ${change.cause})`,
    ...change.differences.map(
      ({ field_path: path, before, after, effect, cause }) =>
        `  ${path}: ${JSON.stringify(before)} → ${JSON.stringify(after)} [${effect}, ${cause}]`,
    ),
  ]);
  const withheld = plan.withheld.map(({ address, reason }) => `${address} withheld (${reason})`);
  const conflicts = plan.conflicts.map(({ address, summary }) => `${address} conflict: ${summary}`);
  const steps = plan.steps.map(({ id, depends_on: needs }) => {
    const names = needs.map(({ step, when }) => (when === 'done' ? step : `${step}${when === 'ended' ? '?' : '!'}`));
    return names.length === 0 ? id : `${id} ← ${names.join(', ')}`;
  });
  return [...changes, ...withheld, ...conflicts, ...(steps.length > 0 ? ['steps:', ...steps] : [])].join('\n');
}

export function addresses(values: readonly { readonly address: Address }[]): readonly Address[] {
  return values.map(({ address }) => address);
}
