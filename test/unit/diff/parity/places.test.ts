import { describe, expect, it } from 'vitest';
import type { HostWords } from '../../../../src/diff/parity/host-words.ts';
import type { HeldSide } from '../../../../src/diff/parity/held-field.ts';
import { isSameButForPlace, isSameButForProject } from '../../../../src/diff/parity/places.ts';
import type { Json, JsonObject } from '../../../../src/model/json.ts';
import { lines, parityOf, resource, side } from '../../../support/parity/sides.ts';

const CONTAINER: JsonObject = { container: {} };

function words(...hosts: readonly string[]): HostWords {
  return new Map(hosts.map((host) => [host, new Set([host])]));
}

function held(value: Json, overrides: Partial<HeldSide> = {}): HeldSide {
  const hosts = words('db', 'cache');
  return {
    value,
    resource: null,
    config: CONTAINER,
    type: 'local',
    project: 'shop',
    isAbsent: false,
    hosts,
    ...overrides,
  };
}

function isPlace(name: string, source: Json, target: Json, config = CONTAINER): boolean {
  const hosts = words('db', 'postgres');
  return isSameButForPlace({
    names: ['environment_variables', name],
    confidence: 1,
    source: held(source, { config }),
    target: held(target, { config, hosts, project: 'shop-staging' }),
  });
}

describe('values of two places', () => {
  it.each([
    ['URL', 'http://localhost:3000/app', 'https://app.example.com/app'],
    ['URL', 'postgres://app@db:5432/shop', 'postgres://app@pg.staging.internal/shop'],
    ['BROKERS', 'localhost:9092', 'k1.example.com:9092,k2.example.com:9092,k3.example.com:9092'],
    ['DB_HOST', 'db', 'postgres'],
    ['DB_HOST', 'localhost', 'postgres'],
    ['PORT', '8787', '80'],
    ['LISTEN', '127.0.0.1', '0.0.0.0'],
    ['LISTEN', '::1', '10.0.0.1'],
    ['LISTEN', 'fe80:0:0:0:1:2:3:4', '[::1]:8080'],
    ['ORIGINS', 'http://localhost:3000, http://127.0.0.1:3000', 'https://app.example.com'],
    ['QUEUE', 'amqp://shop-mq', 'amqp://shop-staging-mq'],
    ['DOMAIN', 'shop.local', 'staging.shop.example.co.uk'],
    ['MAIL', 'noreply from localhost', 'noreply from mail.example.com'],
  ])('say the same in %s: %s and %s', (name, source, target) => {
    expect(isPlace(name, source, target)).toBe(true);
  });

  it.each([
    ['URL', 'http://localhost/v1', 'https://app.example.com/v2'],
    ['URL', 'postgres://app@db/shop', 'postgres://admin@db/shop'],
    ['MODE', 'db', 'postgres'],
    ['IMAGE', 'postgres:15', 'postgres:16'],
    ['ENTRY', 'index.js', 'main.js'],
    ['ENTRY', 'app.config.py', 'app.settings.py'],
    ['VERSION', '1.2.3', '1.2.4'],
    ['CLASS', 'com.acme.Shop', 'com.acme.Store'],
    ['COUNT', '8787', '80'],
    ['AT', '12:30:45', '13:30:45'],
    ['AT', '300.1.1.1', '1.1.1.1'],
    ['DATA', '/var/lib/shop', '/srv/data'],
    ['MAIL', 'kim@acme.test', 'sam@acme.test'],
    ['LEVEL', 'debug', 'info'],
  ])('say something else in %s: %s and %s', (name, source, target) => {
    expect(isPlace(name, source, target)).toBe(false);
  });

  it('say the same of a process under other paths of the machine, and of a container not', () => {
    const process: JsonObject = { process: { command: ['node'] } };

    expect(isPlace('DATA', '/home/kim/shop/data', '/srv/shop/data', process)).toBe(true);
    expect(isPlace('DATA', './data', './other', process)).toBe(false);
    expect(isPlace('DATA', 'file:///home/kim/data', 'file:///srv/data', process)).toBe(true);
    expect(isPlace('PATHS', '/home/kim/bin:/opt/a', '/srv/bin:/opt/b', process)).toBe(true);
    expect(isPlace('URL', 'postgres://app@db/shop', 'postgres://app@db/other', process)).toBe(false);
  });

  it('are walked into, and secrets are left as they are', () => {
    expect(isPlace('X', ['ask', { at: 'localhost:80' }], ['ask', { at: 'web:8080' }])).toBe(true);
    expect(isPlace('X', { $secret: 'aa' }, { $secret: 'bb' })).toBe(false);
  });
});

describe('names with the name of the project in front', () => {
  function isProject(source: string, target: string): boolean {
    return isSameButForProject({
      names: [],
      confidence: 1,
      source: held(source),
      target: held(target, { project: 's.1' }),
    });
  }

  it('are the same where the rest is', () => {
    expect(isProject('shop_data', 's.1_data')).toBe(true);
    expect(isProject('a/shop-db-1', 'a/s.1-db-1')).toBe(true);
    expect(isProject('shop', 's.1')).toBe(true);
  });

  it('are others where the name only holds the same letters', () => {
    expect(isProject('workshop-data', 'works.1-data')).toBe(false);
    expect(isProject('shopping', 's.1ping')).toBe(false);
    expect(isProject('shop_data', 'sx1_data')).toBe(false);
  });
});

describe('lists of hosts', () => {
  it('of which one side has one more are compared in no time, however long they are', () => {
    const hosts = (count: number): string =>
      Array.from({ length: count }, (_, index) => `node-${index}.example.org:9092`).join(',');
    const variables = (count: number) =>
      Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`BROKERS_${index}`, hosts(count)]));
    const held = (count: number) => side([resource('service.web', { environment_variables: variables(count) })]);

    expect(lines(parityOf(held(3000), held(2999)))).toHaveLength(40);
  });
});
