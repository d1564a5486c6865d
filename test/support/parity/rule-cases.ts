/** For each rule of the table of parity a pair that it weighs, and one beside it that it just does not. */
import type { JsonObject } from '../../../src/model/json.ts';
import { ABSENT_MACHINE_CASES, MACHINE_CASES } from './machine-rule-cases.ts';
import { type Held, rule, type RuleCase } from './rule-case.ts';
import { bindAt, needs, port, volumeAt } from './sides.ts';

const IMAGE = ['container', 'image'];

function image(name: string): JsonObject {
  return { container: { image: name } };
}

function images(source: string, target: string, nearTarget: string, instead: string | null): RuleCase {
  return rule(IMAGE, [image(source), image(target)], [image(source), image(nearTarget), instead]);
}

function env(variables: JsonObject): JsonObject {
  return { environment_variables: variables };
}

function mounts(...volumes: readonly JsonObject[]): JsonObject {
  return { storage: { volumes: Object.assign({}, ...volumes) as JsonObject } };
}

function ports(published: JsonObject): JsonObject {
  return { networking: { ports: published } };
}

function attached(settings: JsonObject): JsonObject {
  return {
    networking: { networks: { default: { aliases: ['web'], ipv4_address: null, ipv6_address: null, ...settings } } },
  };
}

const CHECK: JsonObject = {
  test: ['CMD', 'check'],
  endpoints: {},
  expected_response: null,
  interval: '10s',
  timeout: '5s',
  retries: 3,
  start_period: '0s',
  start_interval: null,
};

function check(settings: JsonObject = {}): JsonObject {
  return { health_check: { ...CHECK, ...settings } };
}

function endpoint(url: string, settings: JsonObject = {}): JsonObject {
  return { [url]: { url, method: 'GET', expected_status: 200, timeout_ms: 2000, ...settings } };
}

function process(settings: JsonObject = {}): JsonObject {
  const command = ['node', 'server.js'];
  const base = { command, cwd: './app', restart: 'no', stop_signal: 'SIGTERM', stop_grace_period: '10s' };
  return { container: null, process: { ...base, ...settings } };
}

function hook(settings: JsonObject = {}): JsonObject {
  const base = { command: ['migrate'], user: null, privileged: false, working_dir: null, environment: {} };
  return { post_start: [{ ...base, ...settings }] };
}

const DIGEST = `sha256:${'a'.repeat(64)}`;
const OTHER_DIGEST = `sha256:${'b'.repeat(64)}`;
const LOCAL = { sides: { source: { type: 'local' } } } as const;
const RUNTIME = { mode: 'runtime' } as const;
const [VOLUME, NETWORK] = [{ address: 'volume.data' }, { address: 'network.back' }] as const;

function status(source: JsonObject, target: JsonObject): Partial<Held> {
  return { ...RUNTIME, resources: { source: { status: source }, target: { status: target } } };
}

function dependencies(source: JsonObject, target: JsonObject): Partial<Held> {
  return { resources: { source: { dependencies: source }, target: { dependencies: target } } };
}

function need(settings: JsonObject): JsonObject {
  return { db: { condition: 'service_started', restart: false, criticality: 'required', ...settings } };
}

/** Two services of other names. */
const RENAMED = { resources: { target: { address: 'service.front' } } } as const;
const BESIDE = { beside: ['service.cache', 'service.db'] } as const;

export const RULE_CASES: Readonly<Record<string, RuleCase>> = {
  'guessed-pair': rule(
    [],
    [{}, {}, RENAMED],
    [
      { ...ports({ '80/tcp': port(80, 80) }), container: { command: ['serve'] } },
      { ...ports({ '80/tcp': port(80, 80) }), container: { command: ['serve'] } },
      null,
    ],
  ),
  undeclared: rule(
    [],
    [{}, null, { ...RUNTIME, resources: { source: { declared: false } } }],
    [{}, null, 'service-missing', RUNTIME],
  ),
  'service-absent': rule(
    [],
    [{}, null, { ...RUNTIME, sides: { target: { absent: new Map([['service.web', null]]) } } }],
    [{}, null, 'service-missing', RUNTIME],
  ),
  'resource-absent': rule(
    [],
    [null, {}, { ...VOLUME, ...RUNTIME, sides: { source: { absent: new Map([['volume.data', null]]) } } }],
    [null, {}, 'volume-missing', { ...VOLUME, ...RUNTIME }],
  ),
  'service-missing': rule([], [{}, null], [{}, {}, null]),
  'volume-missing': rule([], [null, {}, VOLUME], [{}, {}, null]),
  'network-missing': rule([], [null, {}, NETWORK], [{}, {}, null]),
  ...ABSENT_MACHINE_CASES,

  'image-against-build': rule(
    IMAGE,
    [{}, { container: { image: null, build: { context: './app' } } }],
    [{}, { container: { image: null } }, 'image-other'],
  ),
  'container-against-process': rule(['container'], [{}, process()], [{}, { container: null }, 'program']),
  'volume-against-bind': rule(
    ['storage', 'volumes', '/data', 'type'],
    [mounts(volumeAt('/data')), mounts(bindAt('/data', './data'))],
    [mounts(volumeAt('/data')), mounts(volumeAt('/data', 'other')), null],
  ),
  'mount-of-other-kind': rule(
    ['storage', 'volumes', '/data', 'volume'],
    [mounts(volumeAt('/data')), mounts(bindAt('/data', './data'))],
    [mounts(volumeAt('/data')), mounts(volumeAt('/data', 'other')), 'volume-key'],
  ),
  'test-against-endpoints': rule(
    ['health_check', 'test'],
    [check(), check({ test: null, endpoints: endpoint('http://web/health') })],
    [check(), check({ endpoints: endpoint('http://web/health'), test: ['CMD', 'other'] }), 'health-check-test'],
  ),

  'image-registry': images('mirror.test/hub/library/redis:7.2.4', 'redis:7.2.4', 'bitnami/redis:7.2.4', 'image-other'),
  'image-patch': images('redis:7.2.3', 'redis:7.2.4', 'redis:7.3.3', 'image-minor'),
  'image-minor': images('redis:7.2', 'redis:7.4', 'redis:8.2', 'image-major'),
  'image-major': images('postgres:15.4', 'postgres:16.4', 'postgres:15.5', 'image-minor'),
  'image-digest-against-tag': images(`redis:7@${DIGEST}`, 'redis:7', `redis:7@${OTHER_DIGEST}`, 'image-digest'),
  'image-digest': images(
    `redis:7@${DIGEST}`,
    `redis:7@${OTHER_DIGEST}`,
    `mirror.test/redis:7@${DIGEST}`,
    'image-registry',
  ),
  'image-variant': images('python:3.12-slim', 'python:3.12-alpine', 'python:3.13-slim', 'image-minor'),
  'image-version-unknown': images('redis', 'redis:7.2', 'redis:latest', 'image-registry'),
  'image-other': images('mysql:8.4', 'mariadb:8.4', 'mysql:8.3', 'image-minor'),
  platform: rule(
    ['container', 'platform'],
    [{ container: { platform: 'linux/arm64' } }, {}],
    [{ container: { platform: 'linux/arm64' } }, { container: { platform: 'linux/arm64' } }, null],
  ),

  'debug-elsewhere': rule(
    ['environment_variables', 'NODE_ENV'],
    [env({ NODE_ENV: 'production' }), env({ NODE_ENV: 'development' }), LOCAL],
    [env({ NODE_ENV: 'development' }), env({ NODE_ENV: 'production' }), 'debug-switch', LOCAL],
  ),
  'debug-switch': rule(
    ['environment_variables', 'LOG_LEVEL'],
    [env({ LOG_LEVEL: 'debug' }), env({ LOG_LEVEL: 'info' }), LOCAL],
    [env({ LOG_LEVEL: 'debug' }), env({ LOG_LEVEL: 'info' }), 'variable-value', {}],
  ),
  'variable-missing': rule(
    ['environment_variables', 'CACHE'],
    [env({ CACHE: 'on' }), {}],
    [env({ CACHE: 'on' }), env({ CACHE: '' }), 'variable-value'],
  ),
  'secret-value': rule(
    ['environment_variables', 'TOKEN'],
    [env({ TOKEN: { $secret: 'aa' } }), env({ TOKEN: { $secret: 'bb' } })],
    [env({ TOKEN: { $secret: 'aa' } }), env({ TOKEN: 'plain' }), 'secret-in-the-clear'],
  ),
  'secret-in-the-clear': rule(
    ['environment_variables', 'TOKEN'],
    [env({ TOKEN: 'plain' }), env({ TOKEN: { $secret: 'bb' } })],
    [{}, env({ TOKEN: { $secret: 'bb' } }), 'variable-missing'],
  ),
  'other-service': rule(
    ['environment_variables', 'REDIS_HOST'],
    [env({ REDIS_HOST: 'cache' }), env({ REDIS_HOST: 'db' }), BESIDE],
    [env({ REDIS_HOST: 'cache' }), env({ REDIS_HOST: 'redis.example.com' }), 'host-value'],
  ),
  'itself-for-service': rule(
    ['environment_variables', 'DATABASE_URL'],
    [
      env({ DATABASE_URL: 'postgres://app@localhost:5432/shop' }),
      env({ DATABASE_URL: 'postgres://app@db:5432/shop' }),
      BESIDE,
    ],
    [
      { ...process(), ...env({ DATABASE_URL: 'postgres://app@localhost:5432/shop' }) },
      env({ DATABASE_URL: 'postgres://app@db:5432/shop' }),
      'host-value',
    ],
  ),
  'listen-address': rule(
    ['environment_variables', 'LISTEN'],
    [env({ LISTEN: '127.0.0.1:8080' }), env({ LISTEN: '0.0.0.0:8080' })],
    [env({ LISTEN: '10.0.0.1:8080' }), env({ LISTEN: '0.0.0.0:8080' }), 'host-value'],
  ),
  'project-prefix': rule(
    ['environment_variables', 'QUEUE'],
    [
      env({ QUEUE: 'shop-jobs' }),
      env({ QUEUE: 'shop-staging-jobs' }),
      { sides: { target: { project: 'shop-staging' } } },
    ],
    [env({ QUEUE: 'shop-jobs' }), env({ QUEUE: 'shop-staging-mails' }), 'variable-value'],
  ),
  'host-value': rule(
    ['environment_variables', 'DATABASE_URL'],
    [
      env({ DATABASE_URL: 'postgres://app@localhost:5432/shop' }),
      env({ DATABASE_URL: 'postgres://app@db.example.com/shop' }),
    ],
    [
      env({ DATABASE_URL: 'postgres://app@localhost:5432/shop' }),
      env({ DATABASE_URL: 'postgres://app@db.example.com/other' }),
      'variable-value',
    ],
  ),
  'plain-secret': rule(
    ['environment_variables', 'POSTGRES_PASSWORD'],
    [env({ POSTGRES_PASSWORD: 'local' }), env({ POSTGRES_PASSWORD: 'a7fG29xQ' })],
    [env({ POSTGRES_PASSWORD: 'local' }), env({ POSTGRES_PASSWORD: '' }), 'variable-value'],
  ),
  'variable-value': rule(
    ['environment_variables', 'CACHE'],
    [env({ CACHE: 'on' }), env({ CACHE: 'off' })],
    [env({ CACHE: 'localhost' }), env({ CACHE: 'cache.internal' }), 'host-value'],
  ),

  'engine-socket': rule(
    ['storage', 'volumes', '/var/run/docker.sock'],
    [mounts(bindAt('/var/run/docker.sock', '/var/run/docker.sock')), {}],
    [
      mounts(bindAt('/var/run/docker.sock', '/var/run/docker.sock')),
      mounts(bindAt('/var/run/docker.sock', '/var/run/docker.sock')),
      null,
    ],
  ),
  user: rule(
    ['container', 'user'],
    [{ container: { user: '0' } }, { container: { user: '1000' } }],
    [{ container: { user: '0' } }, { container: { user: '0' } }, null],
  ),
  'mount-mode': rule(
    ['storage', 'volumes', '/data', 'mode'],
    [
      mounts(volumeAt('/data')),
      { storage: { volumes: { '/data': { ...(volumeAt('/data')['/data'] as JsonObject), mode: 'ro' } } } },
    ],
    [mounts(volumeAt('/data')), mounts(volumeAt('/data')), null],
  ),
  'privileged-hook': rule(
    ['post_start'],
    [hook({ privileged: true }), hook()],
    [hook({ user: 'root' }), hook(), 'hook'],
  ),

  'bind-for-image-files': rule(
    ['storage', 'volumes', '/app'],
    [mounts(bindAt('/app', './app')), {}, LOCAL],
    [mounts(bindAt('/app', './app')), {}, 'persistence-gained', {}],
  ),
  'persistence-lost': rule(
    ['storage', 'volumes', '/data'],
    [{}, mounts(volumeAt('/data'))],
    [{}, mounts(volumeAt('/data', null)), 'volume-of-image'],
  ),
  'persistence-gained': rule(
    ['storage', 'volumes', '/data'],
    [mounts(volumeAt('/data')), {}],
    [mounts(volumeAt('/data', null)), {}, 'volume-of-image'],
  ),
  'bind-host-path': rule(
    ['storage', 'volumes', '/etc/app', 'host_path'],
    [mounts(bindAt('/etc/app', './etc')), mounts(bindAt('/etc/app', '/srv/etc'))],
    [mounts(bindAt('/etc/app', './etc')), mounts(volumeAt('/etc/app')), 'mount-of-other-kind'],
  ),
  'mounted-content': rule(
    ['storage', 'volumes', '/etc/app', 'content'],
    [
      {
        storage: {
          volumes: { '/etc/app': { ...(bindAt('/etc/app', './etc')['/etc/app'] as JsonObject), content: 'sha256:1' } },
        },
      },
      {
        storage: {
          volumes: { '/etc/app': { ...(bindAt('/etc/app', './etc')['/etc/app'] as JsonObject), content: 'sha256:2' } },
        },
      },
    ],
    [
      {
        storage: {
          volumes: { '/etc/app': { ...(bindAt('/etc/app', './etc')['/etc/app'] as JsonObject), content: 'sha256:1' } },
        },
      },
      mounts(volumeAt('/etc/app')),
      'mount-of-other-kind',
    ],
  ),
  'volume-key': rule(
    ['storage', 'volumes', '/data', 'volume'],
    [mounts(volumeAt('/data')), mounts(volumeAt('/data', 'other'))],
    [mounts(volumeAt('/data')), mounts(volumeAt('/data', null)), 'persistence-gained'],
  ),
  'watch-content': rule(
    ['storage', 'volumes', '/app', 'watch_content'],
    [
      {
        storage: {
          volumes: { '/app': { ...(bindAt('/app', './app')['/app'] as JsonObject), watch_content: 'restart' } },
        },
      },
      mounts(bindAt('/app', './app')),
    ],
    [
      {
        storage: {
          volumes: { '/app': { ...(bindAt('/app', './app')['/app'] as JsonObject), watch_content: 'restart' } },
        },
      },
      mounts(volumeAt('/app')),
      'mount-of-other-kind',
    ],
  ),
  'volume-of-image': rule(
    ['storage', 'volumes', '/app/node_modules'],
    [mounts(volumeAt('/app/node_modules', null)), {}],
    [
      mounts(volumeAt('/app/node_modules', null)),
      { storage: { tmpfs: { '/app/node_modules': { container_path: '/app/node_modules', size: null, mode: null } } } },
      'mount',
    ],
  ),
  tmpfs: rule(
    ['storage', 'tmpfs', '/tmp'],
    [{ storage: { tmpfs: { '/tmp': { container_path: '/tmp', size: null, mode: null } } } }, {}],
    [
      { storage: { tmpfs: { '/tmp': { container_path: '/tmp', size: null, mode: null } } } },
      mounts(volumeAt('/tmp')),
      'persistence-lost',
    ],
  ),
  mount: rule(
    ['storage', 'volumes', '/etc/app'],
    [mounts({ '/etc/app': { ...(bindAt('/etc/app', '/srv/etc')['/etc/app'] as JsonObject), mode: 'ro' } }), {}],
    [mounts(bindAt('/etc/app', '/srv/etc')), {}, 'persistence-gained'],
  ),

  'port-exposure': rule(
    ['networking', 'ports', '8080/tcp', 'host_ip'],
    [ports({ '8080/tcp': port(8080, 80) }), ports({ '8080/tcp': { ...port(8080, 80), host_ip: '127.0.0.1' } })],
    [
      ports({ '8080/tcp': port(8080, 80) }),
      ports({ '8080/tcp': { ...port(8080, 80), host_ip: '0.0.0.0' } }),
      'host-port',
    ],
  ),
  'host-port': rule(
    ['networking', 'ports', '8080/tcp'],
    [ports({ '8080/tcp': port(8080, 80) }), ports({ '9090/tcp': port(9090, 80) })],
    [ports({ '8080/tcp': port(8080, 80) }), ports({ '9090/tcp': port(9090, 90) }), 'exposed-port'],
  ),
  'port-for-developer': rule(
    ['networking', 'ports', '9229/tcp'],
    [ports({ '9229/tcp': { ...port(9229, 9229), host_ip: '127.0.0.1' } }), {}, LOCAL],
    [ports({ '9229/tcp': port(9229, 9229) }), {}, 'exposed-port', LOCAL],
  ),
  'exposed-port': rule(
    ['networking', 'ports', '8080/tcp'],
    [ports({ '8080/tcp': port(8080, 80) }), {}],
    [ports({ '8080/tcp': port(8080, 80) }), ports({ ':80/tcp': { ...port(0, 80), host_port: null } }), 'host-port'],
  ),
  hostname: rule(
    ['networking', 'hostname'],
    [{ networking: { hostname: 'web' } }, {}],
    [{ networking: { hostname: 'web' } }, { networking: { hostname: 'web' } }, null],
  ),
  'fixed-address': rule(
    ['networking', 'networks', 'default', 'ipv4_address'],
    [attached({ ipv4_address: '172.28.0.5' }), attached({})],
    [attached({ ipv4_address: '172.28.0.5' }), attached({ ipv4_address: '172.28.0.5' }), null],
  ),
  alias: rule(
    ['networking', 'networks', 'default', 'aliases'],
    [attached({ aliases: ['api', 'web'] }), attached({})],
    [attached({}), attached({}), null],
  ),
  'network-attachment': rule(
    ['networking', 'networks', 'default'],
    [attached({}), {}],
    [attached({}), attached({ aliases: ['api', 'web'] }), null],
  ),

  'health-check-gone': rule(
    ['health_check', 'test'],
    [check({ test: ['NONE'] }), check()],
    [check({ test: ['CMD', 'other'] }), check(), 'health-check-test'],
  ),
  'health-check-added': rule(['health_check'], [check(), {}], [check({ test: ['NONE'] }), {}, 'health-check-timing']),
  'health-check-elsewhere': rule(
    ['health_check', 'endpoints', 'http://localhost:8080/health'],
    [
      check({ endpoints: endpoint('http://localhost:8080/health') }),
      check({ endpoints: endpoint('http://shop.example.com/health') }),
    ],
    [
      check({ endpoints: endpoint('http://localhost:8080/health') }),
      check({ endpoints: endpoint('http://shop.example.com/ready') }),
      'health-check-test',
    ],
  ),
  'health-check-weakened': rule(
    ['health_check', 'interval'],
    [check({ interval: '30s' }), check()],
    [check({ interval: '5s' }), check(), 'health-check-timing'],
  ),
  'health-check-test': rule(
    ['health_check', 'test'],
    [check({ test: ['CMD', 'other'] }), check()],
    [
      check({ test: ['CMD', 'ask', 'localhost:8080'] }),
      check({ test: ['CMD', 'ask', 'localhost:9090'] }),
      'host-value',
    ],
  ),
  'health-check-timing': rule(
    ['health_check', 'retries'],
    [check({ retries: 2 }), check()],
    [check({ retries: 4 }), check(), 'health-check-weakened'],
  ),

  'limit-missing': rule(
    ['resource_limits', 'memory_limit'],
    [{}, { resource_limits: { memory_limit: '256MiB' } }],
    [{ resource_limits: { memory_limit: '128MiB' } }, { resource_limits: { memory_limit: '256MiB' } }, 'limit'],
  ),
  limit: rule(
    ['resource_limits', 'cpu_limit'],
    [{ resource_limits: { cpu_limit: 1 } }, { resource_limits: { cpu_limit: 2 } }],
    [{ resource_limits: { cpu_limit: 1 } }, {}, 'limit-missing'],
  ),
  reservation: rule(
    ['resource_limits', 'cpu_reservation'],
    [{ resource_limits: { cpu_reservation: 1 } }, {}],
    [{ resource_limits: { cpu_reservation: 1 } }, { resource_limits: { cpu_reservation: 1 } }, null],
  ),

  'dependency-condition': rule(
    ['dependencies', 'db', 'condition'],
    [{}, {}, dependencies(need({}), need({ condition: 'service_healthy' }))],
    [{}, {}, null, dependencies(need({}), need({ restart: true }))],
  ),
  'dependency-restart': rule(
    ['dependencies', 'db', 'restart'],
    [{}, {}, dependencies(need({}), need({ restart: true }))],
    [{}, {}, null, dependencies(need({}), need({ criticality: 'optional' }))],
  ),
  'dependency-missing': rule(
    ['dependencies', 'db'],
    [{}, {}, dependencies(needs('db'), {})],
    [{}, {}, null, dependencies(needs('db'), needs('db'))],
  ),

  'working-dir': rule(
    ['container', 'working_dir'],
    [{ container: { working_dir: '/app' } }, {}],
    [{ container: { working_dir: '/app' } }, { container: { working_dir: '/app' } }, null],
  ),
  'process-folder': rule(
    ['process', 'cwd'],
    [process(), process({ cwd: '/srv/app' })],
    [process(), process({ command: ['node', 'other.js'] }), null],
  ),
  lifecycle: rule(
    ['container', 'restart'],
    [{ container: { restart: 'always' } }, {}],
    [{ container: { restart: 'always' } }, { container: { restart: 'always' } }, null],
  ),
  program: rule(
    ['container', 'command'],
    [{ container: { command: ['serve'] } }, { container: { command: ['work'] } }],
    [
      { container: { command: ['serve', 'localhost:8080'] } },
      { container: { command: ['serve', 'localhost:9090'] } },
      'host-value',
    ],
  ),
  hook: rule(['post_start'], [hook(), {}], [hook({ privileged: true }), {}, 'privileged-hook']),
  'run-state': rule(
    ['run_state'],
    [{ run_state: 'completed' }, {}],
    [{ run_state: 'completed' }, { run_state: 'completed' }, null],
  ),

  ...MACHINE_CASES,

  management: rule(
    ['labels', 'team'],
    [{ labels: { team: 'core' } }, {}],
    [{ labels: { team: { $secret: 'aa' } } }, { labels: { team: { $secret: 'bb' } } }, 'secret-value'],
  ),
  'volume-driver': rule(
    ['driver'],
    [{ driver: 'nfs' }, {}, VOLUME],
    [{ driver: 'nfs' }, {}, 'network-driver', NETWORK],
  ),
  'isolation-lost': rule(['internal'], [{}, { internal: true }, NETWORK], [{ internal: true }, {}, 'isolation-gained']),
  'isolation-gained': rule(['internal'], [{ internal: true }, {}, NETWORK], [{}, { internal: true }, 'isolation-lost']),
  'network-attachable': rule(
    ['attachable'],
    [{ attachable: true }, {}, NETWORK],
    [{ attachable: true }, { attachable: true }, null],
  ),
  'network-driver': rule(
    ['driver'],
    [{ driver: 'overlay' }, {}, NETWORK],
    [{ driver: 'overlay' }, {}, 'volume-driver', VOLUME],
  ),
  'network-addresses': rule(
    ['ipam', 'config', '172.28.0.0/16'],
    [{ ipam: { config: { '172.28.0.0/16': { subnet: '172.28.0.0/16' } } } }, {}, NETWORK],
    [
      { ipam: { config: { '172.28.0.0/16': { subnet: '172.28.0.0/16' } } } },
      { ipam: { config: { '172.28.0.0/16': { subnet: '172.28.0.0/16' } } } },
      null,
    ],
  ),

  running: rule(
    ['status', 'run_state'],
    [{}, {}, status({ run_state: 'failed' }, { run_state: 'running' })],
    [{}, {}, null, status({ run_state: 'running' }, { run_state: 'running' })],
  ),
  unhealthy: rule(
    ['status', 'health'],
    [{}, {}, status({ health: 'unhealthy' }, { health: 'healthy' })],
    [{}, {}, 'health', status({ health: 'none' }, { health: 'healthy' })],
  ),
  health: rule(
    ['status', 'health'],
    [{}, {}, status({ health: 'none' }, { health: 'healthy' })],
    [{}, {}, 'unhealthy', status({ health: 'none' }, { health: 'unhealthy' })],
  ),
  'image-id': rule(
    ['status', 'image_id'],
    [{}, {}, status({ image_id: DIGEST }, { image_id: OTHER_DIGEST })],
    [{}, {}, null, status({ image_id: DIGEST }, { image_id: DIGEST })],
  ),
  status: rule(
    ['status', 'restarts'],
    [{}, {}, status({ restarts: 3 }, { restarts: 0 })],
    [{}, {}, null, status({ restarts: 3 }, { restarts: 3 })],
  ),
  other: rule(['unheard_of'], [{ unheard_of: 1 }, {}], [{ unheard_of: 1 }, { unheard_of: 1 }, null]),
};
