/** A service of a blueprint as the resolved long form that the loader would make of it. */
import { addressOf } from '../../../src/model/address.ts';
import type { Dependency, DependencyCondition, DesiredResource } from '../../../src/model/desired.ts';
import type { Json, JsonObject } from '../../../src/model/json.ts';
import { ENGINE, type EnvironmentBlueprint, type Need, PROJECT, type ServiceBlueprint } from './blueprint.ts';

export function serviceResource(blueprint: EnvironmentBlueprint, index: number): DesiredResource {
  const service = blueprint.services[index];
  if (service === undefined) throw new Error(`the blueprint has no service ${index}`);
  const key = `s${index}`;
  const dependencies = dependenciesOf(blueprint, service, index);
  const volumes = present(service.volumes, blueprint.volumes, 'v');
  const networks = present(service.networks, blueprint.networks, 'n');
  const joined = networks.length === 0 ? ['default'] : networks;
  return {
    address: addressOf('service', key),
    type: 'service',
    key,
    name: `${PROJECT}-${key}-1`,
    engine: ENGINE,
    external: false,
    protect: false,
    deletion_policy: 'delete',
    on_failure: 'stop',
    drift: 'report',
    config: configOf(service, {
      key,
      index,
      dependencies,
      volumes,
      networks: joined,
      isStopped: isStopped(blueprint, index),
    }),
    dependencies,
    uses: [
      ...volumes.map((volume) => addressOf('volume', volume)),
      ...joined.map((name) => addressOf('network', name)),
      addressOf('image', imageReference(service)),
    ],
    untracked: [],
  };
}

interface Resolved {
  readonly key: string;
  readonly index: number;
  readonly dependencies: readonly Dependency[];
  readonly volumes: readonly string[];
  readonly networks: readonly string[];
  readonly isStopped: boolean;
}

function configOf(
  service: ServiceBlueprint,
  { key, index, dependencies, volumes, networks, isStopped }: Resolved,
): JsonObject {
  const port = 8000 + index;
  const aliases = service.alias === null ? [key] : [service.alias, key].toSorted();
  return {
    type: 'application',
    role: null,
    process: null,
    container: {
      image: imageReference(service),
      command: isBare(service) ? null : ['run', ...commandWords(service)],
      restart: 'no',
      pull_policy: service.pull,
    },
    environment_variables: isBare(service) ? {} : { MODE: service.variable },
    networking: {
      hostname: null,
      ports: service.published ? { [`${port}/tcp`]: portOf(port) } : {},
      networks: Object.fromEntries(networks.map((name) => [name, { aliases }])),
    },
    storage: { volumes: Object.fromEntries(volumes.map((name) => [`/${name}`, mountOf(name)])), tmpfs: {} },
    health_check: healthOf(service, port),
    dependencies: Object.fromEntries(
      dependencies.map(({ address, condition, restart, criticality }) => [
        address,
        { condition, restart, criticality },
      ]),
    ),
    resource_limits: {
      cpu_limit: service.cpu_limit,
      memory_limit: service.memory_limit,
      cpu_reservation: null,
      memory_reservation: null,
    },
    labels: service.labels,
    protect: false,
    deletion_policy: 'delete',
    run_state: isStopped ? 'stopped' : service.once ? 'completed' : 'running',
  };
}

function portOf(port: number): JsonObject {
  return { host_port: port, container_port: 80, protocol: 'tcp', host_ip: null };
}

export function imageReference({ image }: ServiceBlueprint): string {
  return `app:${image}`;
}

function isBare(service: ServiceBlueprint): boolean {
  return service.bare && commandWords(service).length === 0;
}

function commandWords({ once, behaviour }: ServiceBlueprint): readonly string[] {
  const exits = behaviour.some((word) => word.startsWith('exit='));
  return once && !exits ? ['exit=0', ...behaviour] : behaviour;
}

function mountOf(volume: string): JsonObject {
  return { type: 'volume', volume, host_path: null, container_path: `/${volume}`, mode: 'rw', watch_content: null };
}

/** What publishes no port has none to be asked at, and is tested instead. */
function healthOf({ health: declared, once, published }: ServiceBlueprint, port: number): Json {
  if (declared === 'none' || once) return null;
  const health = published ? declared : 'test';
  const url = `http://localhost:${port}/health`;
  const endpoint = { url, method: 'GET', expected_status: 200, timeout_ms: 2000 };
  return {
    test: health === 'test' ? ['CMD', 'check'] : null,
    endpoints: health === 'endpoint' ? { [url]: endpoint } : {},
    expected_response: null,
    interval: '1s',
    timeout: '1s',
    retries: 3,
    start_period: '0s',
  };
}

function dependenciesOf(
  { services }: EnvironmentBlueprint,
  { needs }: ServiceBlueprint,
  index: number,
): readonly Dependency[] {
  const found = new Map<number, Dependency>();
  for (const need of index === 0 ? [] : needs) {
    const on = need.on % index;
    const target = services[on];
    if (target?.present === true && !found.has(on)) found.set(on, dependencyOn(on, target, need));
  }
  return [...found.keys()].toSorted((left, right) => left - right).flatMap((on) => found.get(on) ?? []);
}

function dependencyOn(on: number, target: ServiceBlueprint, { condition, optional, restart }: Need): Dependency {
  const criticality = optional ? 'optional' : 'required';
  return { address: addressOf('service', `s${on}`), condition: possible(condition, target), restart, criticality };
}

function isStopped(blueprint: EnvironmentBlueprint, index: number): boolean {
  const { services } = blueprint;
  const isNeeded = services.some(
    ({ present: isDeclared, needs }, other) =>
      isDeclared && other > index && needs.some(({ on }) => on % other === index),
  );
  return services[index]?.stopped === true && !isNeeded;
}

/** The wanted condition, or the nearest one that the target can ever reach. */
function possible(condition: DependencyCondition, { once, health }: ServiceBlueprint): DependencyCondition {
  if (once) return condition === 'service_healthy' ? 'service_completed_successfully' : condition;
  return condition === 'service_started' || health === 'none' ? 'service_started' : 'service_healthy';
}

function present(
  indexes: readonly number[],
  things: readonly { readonly present: boolean }[],
  prefix: string,
): readonly string[] {
  const found = new Set(indexes.map((index) => index % things.length).filter((index) => things[index]?.present));
  return [...found].toSorted((left, right) => left - right).map((index) => `${prefix}${index}`);
}
