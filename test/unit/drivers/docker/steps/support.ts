/** Resources of a container engine, what an apply of them leaves behind, and plans over both. */
import { dockerModel } from '../../../../../src/drivers/docker/model.ts';
import { type Address, addressOf } from '../../../../../src/model/address.ts';
import type { DesiredResource } from '../../../../../src/model/desired.ts';
import { isJsonObject, type JsonObject } from '../../../../../src/model/json.ts';
import type { Observation, ObservedObject } from '../../../../../src/model/observed.ts';
import type { Plan } from '../../../../../src/model/plan.ts';
import type { PlanRequest } from '../../../../../src/reconcile/plan/plan.ts';
import { desired, environment } from '../../../../support/builders.ts';
import { observed, planOf } from '../../../../support/planning.ts';
import { NOW } from '../engine-facts.ts';

const ENGINE = 'docker';

export interface ContainerDraft {
  readonly networks?: readonly string[];
  readonly volumes?: readonly string[];
  readonly config?: JsonObject;
  readonly overrides?: Partial<DesiredResource>;
}

export function container(
  key: string,
  { networks = [], volumes = [], config, overrides }: ContainerDraft = {},
): DesiredResource {
  return desired(key, {
    engine: ENGINE,
    config: {
      container: { image: 'app:1', command: ['run'], restart: 'no', init: false, stop_grace_period: '10s' },
      environment_variables: {},
      networking: {
        hostname: null,
        ports: {},
        networks: Object.fromEntries(networks.map((name) => [name, attachmentOf(key)])),
      },
      storage: { volumes: Object.fromEntries(volumes.map((name) => [`/${name}`, mountOf(name)])), tmpfs: {} },
      health_check: null,
      resource_limits: { cpu_limit: null, memory_limit: '64MiB', cpu_reservation: null, memory_reservation: null },
      labels: {},
      dependencies: {},
      run_state: 'running',
      ...config,
    },
    uses: [...volumes.map((name) => addressOf('volume', name)), ...networks.map((name) => addressOf('network', name))],
    ...overrides,
  });
}

/** The same with fields of a part of its configuration set. */
export function changed(resource: DesiredResource, part: string, fields: JsonObject): DesiredResource {
  const before = resource.config[part];
  const group = isJsonObject(before) ? before : {};
  return { ...resource, config: { ...resource.config, [part]: { ...group, ...fields } } };
}

export function attachmentOf(key: string, aliases: readonly string[] = []): JsonObject {
  return { aliases: [key, ...aliases], ipv4_address: null, ipv6_address: null };
}

function mountOf(volume: string): JsonObject {
  return { type: 'volume', volume, host_path: null, container_path: `/${volume}`, mode: 'rw', content: null };
}

export function network(key: string, overrides: Partial<DesiredResource> = {}): DesiredResource {
  const ipam = { driver: 'default', config: {} };
  const config = { driver: 'bridge', driver_opts: {}, internal: false, attachable: false, ipam, labels: {} };
  return desired(key, { type: 'network', name: `shop_${key}`, engine: ENGINE, config, ...overrides });
}

export function volume(key: string, overrides: Partial<DesiredResource> = {}): DesiredResource {
  const config = { driver: 'local', driver_opts: {}, labels: {}, deletion_policy: 'delete' };
  return desired(key, { type: 'volume', name: `shop_${key}`, engine: ENGINE, config, ...overrides });
}

/** What an apply of it leaves behind, with an id that is not its name. */
export function made(resource: DesiredResource, overrides: Partial<ObservedObject> = {}): ObservedObject {
  return observed(resource, { id: `id-of-${resource.name}`, ...overrides });
}

export function planFor(
  resources: readonly DesiredResource[],
  objects: readonly ObservedObject[] = resources.map((resource) => made(resource)),
  overrides: Partial<PlanRequest> & { readonly moved?: readonly (readonly [from: Address, to: Address])[] } = {},
): Plan {
  const { moved = [], ...request } = overrides;
  const observation: Observation = { status: 'known', engine: ENGINE, facts: NOW, objects };
  return planOf(
    resources,
    {},
    {
      environment: environment(resources, {
        engines: { [ENGINE]: { name: ENGINE, driver: ENGINE, settings: {} } },
        moved: moved.map(([from, to]) => ({ from, to })),
      }),
      observations: new Map([[ENGINE, observation]]),
      models: new Map([[ENGINE, dockerModel]]),
      ...request,
    },
  );
}

/** The arguments of one step. */
export function argsOf(plan: Plan, id: string): JsonObject {
  const found = plan.steps.find((step) => step.id === id);
  if (found === undefined) throw new Error(`no step ${id} among ${plan.steps.map((step) => step.id).join(', ')}`);
  return found.args;
}
