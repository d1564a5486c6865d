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
