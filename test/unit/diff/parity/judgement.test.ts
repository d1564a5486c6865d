/** What people would say of two environments that they know: each pair with the rule that is to weigh it, in both directions. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/model/json.ts';
import type { ParityPair, ParitySide } from '../../../../src/model/parity.ts';
import { allDiffs, parityOf, port, resource, side } from '../../../support/parity/sides.ts';

interface Around {
  readonly types?: readonly [ParitySide['type'], ParitySide['type']];
  readonly pairs?: readonly ParityPair[];
}

function sideOf(config: JsonObject, name: string, type: ParitySide['type']): ParitySide {
  const others = ['cache', 'db', 'queue'].map((key) => resource(`service.${key}`));
  const web = resource('service.web', config, { name: `${name}-web-1` });
  return side([web, ...others], { environment: name, label: name, project: name, type });
}

/** The rules that weigh what differs, of both directions. */
function rulesFor(source: JsonObject, target: JsonObject, { types, pairs = [] }: Around = {}): readonly string[] {
  const [one, other] = types ?? ['local', 'staging'];
  const [left, right] = [sideOf(source, 'local', one), sideOf(target, 'staging', other)];
  const of = (from: ParitySide, to: ParitySide): readonly string[] =>
    allDiffs(parityOf(from, to, { settings: { pairs } })).flatMap(({ differences }) =>
      differences.map(({ metadata }) => metadata.rule).toSorted(),
    );
  const [there, back] = [of(left, right), of(right, left)];
  expect(back).toEqual(there);
  return [...new Set(there)];
}

function env(name: string, value: string | null): JsonObject {
  return { environment_variables: value === null ? {} : { [name]: value } };
}

function ports(...published: readonly (readonly [number, number, string | null])[]): JsonObject {
  const entries = published.map(([outside, inside, address]) => [
    `${address ?? ''}:${outside}/tcp`,
    { ...port(outside, inside), host_ip: address },
  ]);
  return { networking: { ports: Object.fromEntries(entries) as JsonObject } };
}

const PROCESS: JsonObject = { container: null, process: { command: ['node', 'a.js'], cwd: './app' } };

describe('a variable that names a host', () => {
  it.each([
    ['REDIS_HOST', 'cache', 'db', 'other-service'],
    ['REDIS_HOST', 'cache', 'CACHE.', 'variable-value'],
    ['API', 'http://cache/v1', 'http://queue:8080/v1', 'other-service'],
    ['API', 'http://Cache/v1', 'http://cache:8080/v1', 'host-value'],
    ['API', 'http://cache/v1', 'https://cache.example.com/v1', 'host-value'],
    ['API', 'http://cache/v1', 'http://queue/v2', 'variable-value'],
    ['AMQP', 'amqp://local-web-1', 'amqp://staging-web-1', 'project-prefix'],
    ['NODES', 'cache:6379,db:6379', 'db:6379,cache:6379', 'host-value'],
    ['ROUTE', '--main cache:6379 --copy db:6379', '--main db:6379 --copy cache:6379', 'other-service'],
    ['NODES', 'cache:6379,db:6379', 'queue:6379', 'other-service'],
    ['NODES', 'cache:6379,db:6379', 'db:6379', 'host-value'],
    ['NODES', 'cache:6379', 'k1.example.com:6379,k2.example.com:6379', 'host-value'],
    ['DATABASE_URL', 'postgres://localhost:5432/shop', 'postgres://db:5432/shop', 'itself-for-service'],
    ['DATABASE_URL', 'postgres://127.0.0.1:5432/shop', 'postgres://db:5432/shop', 'itself-for-service'],
    ['OWN_URL', 'http://localhost:8080/', 'http://web:8080/', 'host-value'],
    ['LISTEN', '127.0.0.1:80', '0.0.0.0:80', 'listen-address'],
    ['LISTEN', '[::1]:8080', '[::]:8080', 'listen-address'],
    ['BIND', '::1', '0.0.0.0', 'listen-address'],
    ['LISTEN', '0.0.0.0:80', '[::]:8080', 'host-value'],
    ['LISTEN', '10.0.0.1:80', '0.0.0.0:80', 'host-value'],
  ])('%s of %s and %s is weighed by %4$s', (name, source, target, rule) => {
    expect(rulesFor(env(name, source), env(name, target))).toEqual([rule]);
  });

  it('names the same service where people have settled that the two are one', () => {
    const pairs = [
      { left: 'local/service.cache', right: 'staging/service.db', source: null },
      { left: 'local/service.db', right: 'staging/service.cache', source: null },
    ];

    expect(rulesFor(env('REDIS_HOST', 'cache'), env('REDIS_HOST', 'db'), { pairs })).toEqual(['host-value']);
  });

  it('of a process is on its machine, where that of a container is not', () => {
    const [source, target] = [env('DB_URL', 'postgres://localhost:1/shop'), env('DB_URL', 'postgres://db:1/shop')];

    expect(rulesFor({ ...PROCESS, ...source }, { ...PROCESS, ...target })).toEqual(['host-value']);
    expect(rulesFor({ ...PROCESS, ...env('BIND', '127.0.0.1') }, env('BIND', '0.0.0.0'))).toContain('host-value');
  });

  it('is asked of commands and health checks, too', () => {
    const check = (host: string): JsonObject => {
      const url = `http://${host}/health`;
      return { health_check: { test: null, endpoints: { [url]: { url, method: 'GET', expected_status: 200 } } } };
    };
    const command = (host: string): JsonObject => ({ container: { command: ['wait', `${host}:6379`] } });

    expect(rulesFor(command('cache'), command('queue'))).toEqual(['other-service']);
    expect(rulesFor(check('cache'), check('queue'))).toEqual(['health-check-test', 'health-check-weakened']);
    expect(rulesFor(check('web'), check('staging.example.com'))).toEqual(['health-check-elsewhere']);
  });
});

describe('a debug switch', () => {
  it.each([
    ['NODE_ENV', 'development', 'production', 'debug-switch'],
    ['NODE_ENV', 'production', 'development', 'debug-elsewhere'],
    ['DEBUG', '0', '1', 'debug-elsewhere'],
    ['DEBUG', null, 'true', 'debug-elsewhere'],
    ['DEBUG', null, 'app:server', 'debug-elsewhere'],
    ['DEBUG', 'app:*', null, 'debug-switch'],
    ['DEBUG', null, 'false', 'debug-switch'],
    ['DEBUG', '1', 'true', 'debug-switch'],
    ['LOG_LEVEL', 'info', 'warn', 'debug-switch'],
    ['LOG_LEVEL', 'debug', 'TRACE', 'debug-elsewhere'],
    ['RUST_LOG', 'info', 'warn,hyper=debug', 'debug-elsewhere'],
    ['PYTHONUNBUFFERED', null, '1', 'debug-switch'],
  ])('%s of %s here and %s there is weighed by %4$s', (name, local, staging, rule) => {
    expect(rulesFor(env(name, local), env(name, staging))).toEqual([rule]);
  });

  it('is a value like any other where no machine of a developer is compared', () => {
    const [source, target] = [env('NODE_ENV', 'development'), env('NODE_ENV', 'production')];

    expect(rulesFor(source, target, { types: ['staging', 'production'] })).toEqual(['variable-value']);
    expect(rulesFor(target, source, { types: ['local', null] })).toEqual(['debug-elsewhere']);
  });
});

describe('a published port', () => {
  it.each([
    ['another number', ports([8080, 80, null]), ports([80, 80, null]), ['host-port']],
    ['all addresses and one', ports([8080, 80, null]), ports([80, 80, '10.0.0.1']), ['host-port']],
    ['its machine and everybody', ports([8080, 80, '127.0.0.1']), ports([80, 80, null]), ['port-exposure']],
    ['its machine and one address', ports([80, 80, '::1']), ports([80, 80, '10.0.0.1']), ['port-exposure']],
    ['its machine as well', ports([80, 80, null], [81, 80, '127.0.0.1']), ports([80, 80, null]), ['host-port']],
    ['a tool of the developer', ports([9229, 9229, '127.0.0.1']), {}, ['port-for-developer']],
    ['a tool that all can reach', ports([9229, 9229, null]), {}, ['exposed-port']],
    ['what staging alone has', {}, ports([9229, 9229, '127.0.0.1']), ['exposed-port']],
  ])('for %s', (_name, source, target, rules) => {
    expect(rulesFor(source, target)).toEqual(rules);
  });
});

/** The rules that weigh what differs of one VM or cluster, the same both ways. */
function machineRules(
  address: 'vm.builder' | 'cluster.dev',
  source: JsonObject,
  target: JsonObject,
): readonly string[] {
  const of = (left: JsonObject, right: JsonObject): readonly string[] =>
    allDiffs(parityOf(side([resource(address, left)]), side([resource(address, right)])))
      .flatMap(({ differences }) => differences.map(({ metadata }) => metadata.rule))
      .toSorted();
  const there = of(source, target);
  expect(of(target, source)).toEqual(there);
  return [...new Set(there)];
}

describe('a VM', () => {
  const image = (location: string, digest: string | null = null): JsonObject => ({ image: { location, digest } });
  const forwarded = (...ports: readonly (readonly [number, number, string])[]): JsonObject => ({
    port_forwards: Object.fromEntries(
      ports.map(([host, guest, address]) => [
        String(host),
        { host_port: host, guest_port: guest, protocol: 'tcp', host_ip: address },
      ]),
    ),
  });

  it.each([
    ['another processor', { arch: 'aarch64' }, { arch: 'x86_64' }, ['vm-arch']],
    ['its own processor and a declared one', { arch: null }, { arch: 'x86_64' }, ['vm-arch-of-host']],
    ['a size of its own', { cpus: 8, memory: '16GiB' }, {}, ['vm-cpus', 'vm-memory']],
    ['another disk more', { additional_disks: { data: { size: '10GiB' } } }, {}, ['vm-disk']],
    ['the same image from elsewhere', image('./a', 'sha256:1'), image('https://x/a', 'sha256:1'), ['vm-image-place']],
    [
      'the same image from elsewhere, as the engines of two hosts know it',
      { image: { location: '/a', digest: ['sha256:1', 'sha512:2'] } },
      { image: { location: '/b', digest: ['sha256:1', 'sha512:2'] } },
      ['vm-image-place'],
    ],
    ['another image of that name', image('./a', 'sha256:1'), image('./a', 'sha256:2'), ['vm-image']],
    ['an image that is held to a digest', image('./a'), image('./a', 'sha256:2'), ['vm-image-digest']],
    ['no image', { image: null }, image('./a'), ['vm-image']],
    [
      'its ssh under another number',
      forwarded([2222, 22, '127.0.0.1']),
      forwarded([2022, 22, '127.0.0.1']),
      ['forward-number'],
    ],
    [
      'its ssh for everybody',
      forwarded([2222, 22, '127.0.0.1']),
      forwarded([2222, 22, '0.0.0.0']),
      ['forward-exposure'],
    ],
    [
      'its ssh for everybody under another number',
      forwarded([2222, 22, '127.0.0.1']),
      forwarded([2022, 22, '0.0.0.0']),
      ['forward-exposure'],
    ],
    [
      'another port behind the same number',
      forwarded([8080, 80, '127.0.0.1']),
      forwarded([8080, 443, '127.0.0.1']),
      ['forward'],
    ],
    ['another board', { machine: 'pc', accelerator: 'tcg' }, {}, ['machine-kind']],
    ['a secret in the clear', { environment_variables: { TOKEN: 'x' } }, {}, ['variable-missing']],
    ['what comes up with its host', { autostart: true, stop_grace_period: '1m' }, {}, ['lifecycle']],
    ['a team', { labels: { team: 'core' } }, {}, ['management']],
  ] as const)('with %s', (_what, source, target, rules) => {
    expect(machineRules('vm.builder', source, target)).toEqual(rules);
  });
});

describe('a cluster', () => {
  it.each([
    ['1.36 and 1.36.1, which may be the same', 'v1.36', 'v1.36.1', 'kubernetes-unknown'],
    ['a version and none', null, 'v1.36.1', 'kubernetes-unknown'],
    ['two patches', '1.36.1', 'v1.36.3', 'kubernetes-patch'],
    ['neighbours', 'v1.35.1', 'v1.36.1', 'kubernetes-minor'],
    ['neighbours, one of them without a patch', 'v1.35', 'v1.36.1', 'kubernetes-minor'],
    ['two apart', 'v1.34.1', 'v1.36.1', 'kubernetes-skew'],
    ['another major version', 'v2.0.0', 'v1.99.0', 'kubernetes-skew'],
  ])('of %s', (_what, source, target, rule) => {
    expect(machineRules('cluster.dev', { kubernetes_version: source }, { kubernetes_version: target })).toEqual([rule]);
  });

  it.each([
    ['one node and three', [1, 0], [1, 2], ['single-node']],
    ['one node and three that all run the control plane', [1, 0], [3, 0], ['single-node']],
    ['three nodes and five', [1, 2], [1, 4], ['node-count']],
    ['three nodes in two ways', [1, 2], [3, 0], ['node-count']],
  ] as const)('of %s', (_what, [control, workers], [otherControl, otherWorkers], rules) => {
    const nodes = (first: number, second: number): JsonObject => ({
      nodes: { control_plane: { count: first }, workers: { count: second } },
    });

    expect(machineRules('cluster.dev', nodes(control, workers), nodes(otherControl, otherWorkers))).toEqual(rules);
  });

  it('is of one node where its driver makes one, whatever it is declared to have', () => {
    const nodes = { nodes: { control_plane: { count: 1 }, workers: { count: 2 } } };
    const found = (workers: number, made: number | null): readonly (string | undefined)[] => {
      const source = { nodes: { control_plane: { count: 1 }, workers: { count: workers } } };
      const left = side([resource('cluster.dev', source, { node_count: made })]);
      return allDiffs(parityOf(left, side([resource('cluster.dev', nodes)]))).flatMap(({ differences }) =>
        differences.map(({ metadata }) => metadata.rule),
      );
    };

    expect(found(1, 1)).toEqual(['single-node']);
    expect(found(0, 0)).toEqual(['node-count']);
    expect(found(0, null)).toEqual(['node-count']);
  });

  it('with a taint, a feature and an addon that the other lacks', () => {
    const source = {
      nodes: { workers: { taints: ['gpu=yes:NoSchedule'] } },
      feature_gates: { X: true },
      addons: { 'a.yaml': { path: './a.yaml', content: 'sha256:1', position: 0 } },
    };

    expect(machineRules('cluster.dev', source, {})).toEqual(['addon-missing', 'feature-gate', 'node-labels']);
  });
});
