/** What each field takes on its way from one value to another: one table, with a row for every field of the schema. */
import { describe, expect, it } from 'vitest';
import type { DockerFacts } from '../../../../../src/drivers/docker/facts.ts';
import { dockerModel } from '../../../../../src/drivers/docker/model.ts';
import type { ResourceType } from '../../../../../src/model/address.ts';
import type { Effect } from '../../../../../src/model/change.ts';
import { fieldPath } from '../../../../../src/model/field-path.ts';
import type { Json, JsonObject } from '../../../../../src/model/json.ts';
import { schemaFields } from '../../../../support/schema-fields.ts';
import { NOW, OLD, RIGID } from '../engine-facts.ts';
import { healthCheck, joined, mount } from './scene.ts';

/** From nothing to a value, from one value to another, and back to nothing. */
type Effects = readonly [set: Effect, changed: Effect, lifted: Effect];

const REPLACED: Effects = ['replace', 'replace', 'replace'];
const IN_PLACE: Effects = ['in_place', 'in_place', 'in_place'];
/** No engine takes a limit away from what runs. */
const LIMIT: Effects = ['in_place', 'in_place', 'replace'];

interface Row {
  /** The field of the schema. */
  readonly field: string;
  /** Names of the path. Default: those of the field. */
  readonly names?: readonly string[];
  readonly values: readonly [Json, Json];
  readonly effects: Effects;
  /** On an engine that cannot change what is there. */
  readonly rigid?: Effects;
  /** The whole desired configuration, where another field has a say. */
  readonly desired?: JsonObject;
}

function row(field: string, values: Row['values'], effects: Effects = REPLACED, rest: Partial<Row> = {}): Row {
  return { field, values, effects, ...rest };
}

const rigid: Partial<Row> = { rigid: REPLACED };

function port(member: string, values: Row['values']): Row {
  return row(`networking.ports.*.${member}`, values, REPLACED, {
    names: ['networking', 'ports', '8080/tcp', member],
  });
}

function attachment(member: string, values: Row['values']): readonly Row[] {
  const field = `networking.networks.*.${member}`;
  return [
    row(field, values, IN_PLACE, { names: ['networking', 'networks', 'inner', member] }),
    // The machine's own network is no network that can be joined or left.
    row(field, values, REPLACED, { names: ['networking', 'networks', 'host', member] }),
  ];
}

function mounted(member: string, values: Row['values'], effects: Effects = REPLACED, desired?: JsonObject): Row {
  const names = ['storage', 'volumes', '/data', member];
  return row(`storage.volumes.*.${member}`, values, effects, { names, ...(desired === undefined ? {} : { desired }) });
}

function inMemory(member: string, values: Row['values']): Row {
  return row(`storage.tmpfs.*.${member}`, values, REPLACED, { names: ['storage', 'tmpfs', '/scratch', member] });
}

const watching = (watch: string | null): JsonObject => ({
  storage: { volumes: mount('/data', { type: 'bind', watch_content: watch }) },
});
const DIGESTS = ['sha256:a', 'sha256:b'] as const;
const RESTARTS: Effects = ['restart', 'restart', 'restart'];

const SERVICE: readonly Row[] = [
  row('container.image', ['busybox:1', 'busybox:2']),
  row('container.platform', ['linux/amd64', 'linux/arm64']),
  row('container.entrypoint', [['a'], ['b']]),
  row('container.command', [['a'], ['b']]),
  row('container.user', ['nobody', '0']),
  row('container.working_dir', ['/a', '/b']),
  row('container.init', [true, false]),
  row('container.restart', ['always', 'on-failure:3'], IN_PLACE, rigid),
  row('container.stop_signal', ['SIGINT', 'SIGTERM']),
  row('container.stop_grace_period', ['2s', '3s']),
  row('networking.hostname', ['one', 'other']),
  port('host_port', [8080, 8081]),
  port('container_port', [80, 81]),
  port('protocol', ['tcp', 'udp']),
  port('host_ip', ['127.0.0.1', '127.0.0.2']),
  row('networking.networks.*', [joined(), joined(['web', 'www'])], IN_PLACE, {
    names: ['networking', 'networks', 'inner'],
  }),
  ...attachment('aliases', [['web'], ['web', 'www']]),
  ...attachment('ipv4_address', ['10.0.0.9', '10.0.0.10']),
  ...attachment('ipv6_address', ['fd00::9', 'fd00::a']),
  mounted('type', ['volume', 'bind']),
  mounted('volume', ['data', 'spare']),
  mounted('host_path', ['/a', '/b']),
  mounted('container_path', ['/data', '/srv']),
  mounted('mode', ['ro', 'rw']),
  mounted('content', DIGESTS, RESTARTS, watching(null)),
  mounted('content', DIGESTS, RESTARTS, watching('restart')),
  mounted('content', DIGESTS, IN_PLACE, watching('report')),
  mounted('content', DIGESTS, IN_PLACE, watching('signal:HUP')),
  inMemory('container_path', ['/scratch', '/scrap']),
  inMemory('size', ['1MiB', '2MiB']),
  inMemory('mode', ['1777', '0700']),
  row('health_check', [healthCheck({ test: ['CMD', 'true'] }), healthCheck({ test: ['NONE'] })]),
  row('health_check.test', [
    ['CMD', 'true'],
    ['CMD', 'false'],
  ]),
  row('health_check.interval', ['1s', '2s']),
  row('health_check.timeout', ['1s', '2s']),
  row('health_check.retries', [1, 2]),
  row('health_check.start_period', ['1s', '2s']),
  row('health_check.start_interval', ['1s', '2s']),
  row('resource_limits.cpu_limit', [0.5, 1], LIMIT, rigid),
  row('resource_limits.memory_limit', ['64MiB', '32MiB'], LIMIT, rigid),
  row('resource_limits.cpu_reservation', [0.25, 0.5], LIMIT, rigid),
  row('resource_limits.memory_reservation', ['16MiB', '32MiB'], LIMIT, rigid),
  row('environment_variables.*.value', ['a', 'b'], REPLACED, { names: ['environment_variables', 'COLOUR'] }),
  row('environment_variables.*.secret', [{ $secret: 'a' }, { $secret: 'b' }], REPLACED, {
    names: ['environment_variables', 'TOKEN'],
  }),
  row('labels', ['a', 'b'], REPLACED, { names: ['labels', 'team'] }),
];

const HELD: Readonly<Record<'volume' | 'network', readonly Row[]>> = {
  volume: [
    row('driver', ['local', 'other']),
    row('driver_opts', ['a', 'b'], REPLACED, { names: ['driver_opts', 'o'] }),
    row('labels', ['a', 'b'], REPLACED, { names: ['labels', 'team'] }),
  ],
  network: [
    row('driver', ['bridge', 'macvlan']),
    row('driver_opts', ['a', 'b'], REPLACED, { names: ['driver_opts', 'o'] }),
    row('internal', [true, false]),
    row('attachable', [true, false]),
    row('ipam.driver', ['default', 'other']),
    row('ipam.config.*.subnet', ['10.0.0.0/24', '10.1.0.0/24'], REPLACED, {
      names: ['ipam', 'config', '10.0.0.0/24'],
    }),
    row('ipam.config.*.gateway', ['10.0.0.1', '10.0.0.2'], REPLACED, {
      names: ['ipam', 'config', '10.0.0.0/24', 'gateway'],
    }),
    row('ipam.config.*.ip_range', ['10.0.0.0/25', '10.0.0.128/25'], REPLACED, {
      names: ['ipam', 'config', '10.0.0.0/24', 'ip_range'],
    }),
    row('labels', ['a', 'b'], REPLACED, { names: ['labels', 'team'] }),
  ],
};

/** What no engine holds, and what is no value: never compared, so that there is nothing to get from and to. */
const NOT_HELD: Readonly<Record<'service' | 'volume' | 'network', readonly (string | RegExp)[]>> = {
  service: [
    'name',
    'adopted.name',
    'type',
    'role',
    'engine',
    'run',
    'profiles',
    'protect',
    'deletion_policy',
    'on_failure',
    'drift',
    'container.pull_policy',
    'environment_variables.*.source',
    // It says what a change of the content takes.
    'storage.volumes.*.watch_content',
    /^dependencies[.]/,
    /^health_check[.](?:endpoints|expected_response)[.]/,
    // Kept with a container, and nothing that it has.
    /^(?:post_start|pre_stop)[.]/,
    // Another driver's.
    /^process[.]/,
  ],
  volume: ['name', 'adopted.name', 'type', 'engine', 'external', 'protect', 'deletion_policy', 'drift', /^metadata[.]/],
  network: ['name', 'adopted.name', 'engine', 'external', 'protect', 'deletion_policy', 'drift'],
};

const TABLES = [
  ['service', SERVICE],
  ['volume', HELD.volume],
  ['network', HELD.network],
] as const;

describe('the table of effects', () => {
  it.each(TABLES)('has a row for every field of the schema that a %s of an engine holds', (type, rows) => {
    const held = schemaFields(type).filter(
      (field) => !NOT_HELD[type].some((known) => (typeof known === 'string' ? known === field : known.test(field))),
    );
    const fields = new Set(rows.map(({ field }) => field));

    expect(held.filter((field) => !fields.has(field))).toEqual([]);
  });

  it.each(TABLES)('has no other row for a %s than these', (type, rows) => {
    const known = new Set(schemaFields(type));

    const unknown = rows.filter(({ field }) => !known.has(field)).map(({ field }) => field);

    // A whole group, and what a mounted file holds, which no manifest says.
    expect([...new Set(unknown)]).toEqual(
      type === 'service' ? ['networking.networks.*', 'storage.volumes.*.content', 'health_check'] : [],
    );
  });
});

describe.each([
  ['20.10', OLD, 'effects'],
  ['current', NOW, 'effects'],
  ['nobody asked', null, 'effects'],
  ['cannot change what is there', RIGID, 'rigid'],
] as const)('on an engine (%s)', (_, facts, column) => {
  describe.each(TABLES)('of a %s', (type, rows) => {
    it.each(rows)('$field $names $desired: set, changed, lifted', (one) => {
      expect(effectsOf(type, one, facts)).toEqual(one[column] ?? one.effects);
    });
  });
});

function effectsOf(type: ResourceType, { field, names, values, desired }: Row, facts: DockerFacts | null): Effects {
  const [first, second] = values;
  const path = fieldPath(...(names ?? field.split('.')));
  const effect = (before: Json, after: Json): Effect =>
    dockerModel.effect(type, path, before, after, facts, desired ?? {});
  return [effect(null, first), effect(first, second), effect(second, null)];
}

describe('whether it runs', () => {
  it.each([
    ['created', 'running', 'in_place'],
    ['stopped', 'running', 'in_place'],
    ['failed', 'running', 'in_place'],
    ['completed', 'running', 'in_place'],
    ['paused', 'running', 'in_place'],
    ['running', 'stopped', 'in_place'],
    ['paused', 'stopped', 'in_place'],
    ['dead', 'running', 'replace'],
    ['dead', 'stopped', 'replace'],
  ])('from %s to %s: %s', (before, after, effect) => {
    expect(dockerModel.effect('service', fieldPath('run_state'), before, after, NOW)).toBe(effect);
  });
});

describe('a limit in the engine’s older form, which shuts out the other one for good', () => {
  it.each(['0.5', '1'])('takes another container: %s', (quota) => {
    const path = fieldPath('resource_limits', 'cpu_limit');

    expect(dockerModel.effect('service', path, quota, 0.5, NOW)).toBe('replace');
  });
});

describe('what a reference to an image means', () => {
  it('changes in place', () => {
    expect(dockerModel.effect('image', fieldPath('id'), 'sha256:a', 'sha256:b', NOW)).toBe('in_place');
  });
});
