/** Random sides of a parity, of few words, so that two of them meet in most fields and differ in some; for properties. */
import * as fc from 'fast-check';
import { addressOf } from '../../../src/model/address.ts';
import type { Json, JsonObject } from '../../../src/model/json.ts';
import type { ParityResource, ParitySide } from '../../../src/model/parity.ts';
import { bindAt, needs, port, resource, side, volumeAt } from './sides.ts';

const KEYS = ['api', 'db', 'web', 'worker'] as const;

const VALUE: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom(
    'a',
    'b',
    '8080',
    'localhost',
    'http://api:80/x',
    'http://web:80/x',
    'http://localhost:80/x',
    'db',
    'worker',
    '127.0.0.1',
    '0.0.0.0',
    'development',
    'production',
    'https://shop.example.com/x',
    'shop-db',
    'stage-db',
  ),
  fc.constantFrom('aa', 'bb').map((hash) => ({ $secret: hash })),
);

const IMAGE = fc.constantFrom(
  'redis:7.2.1',
  'redis:7.2.2',
  'redis:7.4',
  'redis:8.0-alpine',
  'mirror.test/library/redis:7.4',
  'redis:latest',
  `redis@sha256:${'a'.repeat(64)}`,
  'acme/api:1.0.0',
);

const CHECK: fc.Arbitrary<JsonObject | null> = fc.option(
  fc.record({
    test: fc.constantFrom<Json[]>(null, ['NONE'], ['CMD', 'ask', 'localhost:8080'], ['CMD', 'ask', 'web:80']),
    endpoints: fc
      .subarray(['http://localhost:8080/health', 'http://web/health', 'http://web/ready'])
      .map(
        (urls): JsonObject =>
          Object.fromEntries(urls.map((url) => [url, { url, method: 'GET', expected_status: 200, timeout_ms: 2000 }])),
      ),
    interval: fc.constantFrom('5s', '10s'),
    retries: fc.constantFrom(3, 5),
  }),
);

const MOUNTS: fc.Arbitrary<JsonObject> = fc
  .array(
    fc.constantFrom<JsonObject[]>(
      volumeAt('/data'),
      volumeAt('/data', null),
      bindAt('/data', './data'),
      bindAt('/app', './app'),
      bindAt('/var/run/docker.sock', '/var/run/docker.sock'),
    ),
    { maxLength: 3 },
  )
  .map((mounts) => Object.assign({}, ...mounts) as JsonObject);

const PORTS: fc.Arbitrary<JsonObject> = fc
  .array(
    fc.tuple(
      fc.constantFrom(8080, 9090),
      fc.constantFrom(80, 90),
      fc.constantFrom(null, '127.0.0.1', '10.0.0.1', '::'),
    ),
    { maxLength: 2 },
  )
  .map((ports) =>
    Object.fromEntries(
      ports.map(([outside, inside, address]) => [`${outside}/tcp`, { ...port(outside, inside), host_ip: address }]),
    ),
  );

const NETWORKS = fc
  .dictionary(
    fc.constantFrom('default', 'back'),
    fc.record({ aliases: fc.subarray(['api', 'cache', 'web']), ipv4_address: fc.constantFrom(null, '172.28.0.5') }),
  )
  .map((networks): JsonObject => ({ ...networks }));

const RUNS: fc.Arbitrary<JsonObject> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      container: fc.record({
        image: IMAGE,
        command: fc.constantFrom<Json[]>(null, ['serve'], ['serve', '--at', 'localhost:8080']),
        user: fc.constantFrom(null, '0', '1000'),
        restart: fc.constantFrom('no', 'always'),
      }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('./app', '/srv/app')
      .map((cwd) => ({ container: null, process: { command: ['node', 'server.js'], cwd } })),
  },
);

const SERVICE = fc.record({
  runs: RUNS,
  environment_variables: fc
    .dictionary(fc.constantFrom('A', 'DB_HOST', 'LOG_LEVEL', 'NODE_ENV', 'PORT', 'TOKEN'), VALUE, { maxKeys: 3 })
    .map((variables): JsonObject => ({ ...variables })),
  mounts: MOUNTS,
  ports: PORTS,
  networks: NETWORKS,
  health_check: CHECK,
  memory_limit: fc.constantFrom(null, '64MiB', '128MiB'),
  needs: fc.subarray([...KEYS]),
  run_state: fc.constantFrom('running', 'completed'),
  status: fc.record({
    run_state: fc.constantFrom('running', 'failed'),
    health: fc.constantFrom('healthy', 'unhealthy', 'starting', 'none'),
    restarts: fc.nat(2),
  }),
  effective: fc.option(fc.record({ container: fc.record({ image: IMAGE }) }), { freq: 4 }),
  declared: fc.boolean(),
});

const DIGESTS = [null, `sha256:${'a'.repeat(64)}`, `sha256:${'b'.repeat(64)}`] as const;

const STATUS = fc.record({
  run_state: fc.constantFrom('running', 'stopped'),
  health: fc.constantFrom('healthy', 'unhealthy', 'starting', 'none'),
});

const FORWARDS = fc
  .array(fc.tuple(fc.constantFrom(2222, 2022), fc.constantFrom(22, 80)), { maxLength: 2 })
  .map(
    (forwards): JsonObject =>
      Object.fromEntries(
        forwards.map(([host, guest]) => [
          String(host),
          { host_port: host, guest_port: guest, protocol: 'tcp', host_ip: '127.0.0.1' },
        ]),
      ),
  );

const VM: fc.Arbitrary<ParityResource> = fc
  .record({
    config: fc.record({
      arch: fc.constantFrom(null, 'x86_64', 'aarch64'),
      cpus: fc.constantFrom(2, 4),
      memory: fc.constantFrom('2GiB', '4GiB'),
      disk: fc.constantFrom(null, '20GiB'),
      image: fc.record({
        location: fc.constantFrom('./a.qcow2', 'https://images.example.com/a.qcow2'),
        digest: fc.constantFrom(...DIGESTS),
      }),
      port_forwards: FORWARDS,
      environment_variables: fc.constantFrom<JsonObject[]>({}, { A: 'a' }, { A: { $secret: 'aa' } }),
      health_check: CHECK,
      driver_options: fc.constantFrom<JsonObject[]>({}, { xml: ['<a/>'] }),
    }),
    status: STATUS,
    declared: fc.boolean(),
  })
  .map(({ config, ...rest }) => resource('vm.builder', config, rest));

const CLUSTER: fc.Arbitrary<ParityResource> = fc
  .record({
    config: fc.record({
      kubernetes_version: fc.constantFrom(null, 'v1.36', 'v1.36.1', 'v1.36.3', 'v1.35.2', 'v1.33.0'),
      nodes: fc.record({
        workers: fc.record({ count: fc.nat(3), labels: fc.constantFrom<JsonObject[]>({}, { disk: 'ssd' }) }),
      }),
      addons: fc.constantFrom<JsonObject[]>(
        {},
        { 'a.yaml': { path: './a.yaml', content: 'one', position: 0 } },
        { 'a.yaml': { path: './a.yaml', content: 'two', position: 1 } },
      ),
      feature_gates: fc.constantFrom<JsonObject[]>({}, { X: true }, { X: false }),
      pod_subnet: fc.constantFrom(null, '10.244.0.0/16'),
    }),
    status: STATUS,
    declared: fc.boolean(),
  })
  .map(({ config, ...rest }) => resource('cluster.dev', config, rest));

/** Any mode can compare it. */
export const SIDE: fc.Arbitrary<ParitySide> = fc
  .record({
    services: fc.dictionary(fc.constantFrom(...KEYS), SERVICE),
    volumes: fc.subarray(['data', 'logs']),
    internal: fc.option(fc.boolean()),
    vm: fc.option(VM),
    cluster: fc.option(CLUSTER),
    type: fc.constantFrom('local', 'staging', null),
    project: fc.constantFrom('shop', 'stage'),
    order: fc.boolean(),
  })
  .map(({ services, volumes, internal, vm, cluster, type, project, order }) => {
    const resources = [
      ...Object.entries(services).map(([key, service]) => serviceOf(key, service, Object.keys(services))),
      ...volumes.map((key) => resource(addressOf('volume', key), { driver: key === 'data' ? project : 'local' })),
      ...(internal === null ? [] : [resource('network.back', { internal })]),
      ...[vm, cluster].filter((machine) => machine !== null),
    ];
    const environment = project;
    return side(order ? resources.toReversed() : resources, { type, project, environment, label: environment });
  });

/** As it runs, and some of it could not be looked at; or with mistakes in what is declared. */
export const PARTLY_SEEN: fc.Arbitrary<ParitySide> = fc
  .record({
    whole: SIDE,
    services: fc.subarray([...KEYS, 'postgres']),
    volumes: fc.subarray(['data', 'logs']),
    machines: fc.subarray(['vm.builder', 'cluster.dev'] as const),
    isObserved: fc.boolean(),
    isDown: fc.boolean(),
  })
  .map(({ whole, services, volumes, machines, isObserved, isDown }) => {
    const addresses = [
      ...services.map((key) => addressOf('service', key)),
      ...volumes.map((key) => addressOf('volume', key)),
      ...machines,
    ];
    const engine = isObserved ? 'far' : null;
    return {
      ...whole,
      origin: isObserved ? 'observed' : 'declared',
      engines: [{ name: 'far', driver: 'docker', version: null }],
      unknown: isDown ? [{ side: 'source', engine, reason: 'no route', addresses } as const] : [],
    };
  });

type Service = typeof SERVICE extends fc.Arbitrary<infer T> ? T : never;

function serviceOf(key: string, service: Service, all: readonly string[]): ParityResource {
  const { runs, mounts, ports, networks, memory_limit, status, effective, declared } = service;
  return resource(
    addressOf('service', key),
    {
      ...runs,
      environment_variables: service.environment_variables,
      storage: { volumes: mounts },
      networking: { ports, networks },
      health_check: service.health_check,
      resource_limits: { memory_limit },
      run_state: service.run_state,
    },
    {
      dependencies: needs(...service.needs.filter((need) => need !== key && all.includes(need))),
      status,
      effective,
      declared,
    },
  );
}
