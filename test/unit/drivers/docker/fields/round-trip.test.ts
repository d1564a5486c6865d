/** What is requested of an engine is read back as it was declared: on real engines' words, and as a law. */
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { fieldPath } from '../../../../../src/model/field-path.ts';
import type { EndpointSettings, ImageInspect } from '../../../../../src/drivers/docker/api/wire.ts';
import { endpointSettings } from '../../../../../src/drivers/docker/fields/attachments.ts';
import { createBody, serviceFrom } from '../../../../../src/drivers/docker/fields/service.ts';
import { type Json, type JsonObject, memberAt } from '../../../../../src/model/json.ts';
import { kept, withOldAliases } from './engine-memory.ts';
import { ENGINES, fixture, running, SCENES } from './fixtures.ts';
import { NOW, OLD } from '../engine-facts.ts';
import {
  bodyContext,
  differences,
  FURNISHED,
  healthCheck,
  joined,
  labelled,
  mount,
  paths,
  PLAIN,
  secret,
  serviceConfig,
  viewOf,
  withRunState,
} from './scene.ts';

describe.each(ENGINES)('what %s says', (engine, facts) => {
  it.each(SCENES)('of a container made from "%s" is what was declared, before its start and after it', (scene) => {
    const known = fixture(engine, scene);

    for (const inspect of [known.created, running(known)]) {
      const reading = serviceFrom(inspect, viewOf(known.image, known, facts));

      expect(differences('service', withRunState(known.config, inspect), reading, { facts })).toEqual([]);
    }
  });

  it.each(SCENES)('of a container made from "%s" is what the memory of these tests keeps', (scene) => {
    const known = fixture(engine, scene);
    const context = bodyContext(known.config, { facts, image: known.image });
    const volumes = new Map(known.created.Mounts?.map(({ Destination, Name = '' }) => [Destination, Name]));

    const memory = kept({
      body: createBody(known.config, context),
      image: known.image,
      connected: connectedLater(known.config, facts === OLD),
      id: known.created.Id,
      volumeAt: (path) => volumes.get(path) ?? '',
    });

    const view = viewOf(known.image, known, facts);
    const { State } = running(known);
    expect(serviceFrom({ ...withOldAliases(memory, facts), State }, view)).toEqual(serviceFrom(running(known), view));
  });
});

describe('what a field means that is left out', () => {
  it('is known of an image that is there, but for its platform, and assumed of one that is gone', () => {
    const { created, image, networks, volumes } = fixture('engine-current', 'everything');
    const assumed = (of: typeof image | null): readonly string[] =>
      serviceFrom(created, viewOf(of, { networks, volumes }, NOW)).assumed ?? [];

    expect(assumed(image)).toEqual([fieldPath('container', 'platform')]);
    expect(assumed(null)).toContain(fieldPath('container', 'user'));
    expect(assumed(null)).not.toContain(fieldPath('networking', 'hostname'));
  });
});

describe('secrets', () => {
  it('are sealed when they are read back, and nothing on the container but the values themselves tells them', () => {
    const { created, image, networks, volumes } = fixture('engine-current', 'everything');

    const { configured, defaults } = serviceFrom(created, viewOf(image, { networks, volumes }, NOW));

    expect(memberAt(configured, 'environment_variables', 'TOKEN')).toEqual(secret('hush'));
    expect(memberAt(configured, 'container', 'command')).toEqual([secret('1000')]);
    expect(memberAt(configured, 'health_check', 'test')).toEqual(['CMD', 'echo', secret('word')]);
    expect(JSON.stringify([configured, defaults]).replaceAll(/"sealed [^"]*"/g, '')).not.toMatch(/hush|1000|word/);
    expect(JSON.stringify(created.Config.Labels)).not.toMatch(/hush|1000|word|sealed/);
  });

  it('do not change the labels that other tools read', () => {
    const labels = ['one', 'two'].map((plain) => {
      const config = serviceConfig({ environment_variables: { TOKEN: secret(plain) } });
      return createBody(config, bodyContext(config)).Labels;
    });

    expect(labels[0]).toEqual(labels[1]);
  });
});

/** Engines of old take one network at the creation. */
function connectedLater(config: JsonObject, isOld: boolean): Readonly<Record<string, EndpointSettings>> {
  if (!isOld) return {};
  const networks = Object.entries(Object(memberAt(config, 'networking', 'networks')) as JsonObject);
  return Object.fromEntries(
    networks
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .slice(1)
      .map(([key, attachment]) => [`shop_${key}`, endpointSettings('web', attachment, `shop_${key}`)]),
  );
}

const WORD = fc.constantFrom<Json>('sleep', '/bin/echo', 'ep', 'c1', 'c2', '', 'a b', secret('word'));
const WORDS = fc.oneof(
  fc.constantFrom<Json>(null, [], [''], ['/bin/echo', 'ep'], ['c1', 'c2']),
  fc.array(WORD, { minLength: 1, maxLength: 3 }).map((words): Json => words),
);
const TEXT = fc.constantFrom<Json>('1', '', 'two=2', "it's", 'é', secret('hush'));
const optional = (...values: readonly Json[]): fc.Arbitrary<Json> => fc.constantFrom<Json>(null, ...values);

const PORT = fc
  .record({
    host_port: fc.constantFrom(null, 8080, 9000),
    container_port: fc.constantFrom(80, 8080),
    protocol: fc.constantFrom('tcp', 'udp'),
    host_ip: fc.constantFrom(null, '127.0.0.1', '0.0.0.0', '::1'),
  })
  // Both spellings come about, but never side by side: no two ports take one and the same port of the host.
  .map((port) => (port.protocol === 'udp' && port.host_ip === '::1' ? { ...port, host_ip: '0:0:0:0:0:0:0:1' } : port))
  .map((port): JsonObject => {
    const { host_ip: address, host_port: outside, container_port: inside, protocol } = port;
    const host = address?.includes(':') === true ? `[${address}]` : address;
    return { [`${host === null ? '' : `${host}:`}${outside ?? `:${inside}`}/${protocol}`]: port };
  });

const MOUNT = fc.constantFrom<JsonObject>(
  mount('/data', { volume: 'data' }),
  mount('/data'),
  mount('/anon'),
  mount('/v', { volume: 'data', mode: 'ro' }),
  mount('/src', { type: 'bind', host_path: '/srv/app' }),
  mount('/file', { type: 'bind', host_path: '/srv/app/file', mode: 'ro', content: 'sha256:ab' }),
);

const TMPFS = fc.constantFrom<JsonObject>(
  { '/data': { container_path: '/data', size: '1MiB', mode: null } },
  { '/t': { container_path: '/t', size: '65537B', mode: '0755' } },
  {},
);

const ATTACHMENTS = fc.constantFrom<JsonObject>(
  {},
  { default: joined() },
  {
    default: joined(['extra', 'web']),
    other: joined(['web'], { ipv4_address: '10.0.0.9', ipv6_address: 'FD00:0::9' }),
  },
  { bridge: joined() },
  { host: joined() },
);

const HEALTH = fc.oneof(
  fc.constant<Json>(null),
  fc
    .record({
      test: fc.constantFrom<Json>(null, ['NONE'], ['CMD', 'true'], ['CMD-SHELL', secret('line')]),
      interval: fc.constantFrom('2s', '1m30s', '1.5s'),
      timeout: fc.constantFrom('1ms', '1s'),
      retries: fc.constantFrom(1, 9),
      start_period: fc.constantFrom('0s', '1ms', '4s'),
      start_interval: optional('500ms'),
    })
    .map((parts): Json => healthCheck(parts)),
);

const LIMITS = fc.record({
  cpu_limit: optional(0.5, 1, 0.123456789, 0.1 + 0.2),
  memory_limit: optional('64MiB', '67108865B'),
  cpu_reservation: optional(0.5, 0.333),
  memory_reservation: optional('32MiB'),
});

const SERVICE = fc
  .record({
    container: fc.record({
      entrypoint: WORDS,
      command: WORDS,
      user: optional('0', 'nobody:nobody'),
      working_dir: optional('/', '/var'),
      init: fc.boolean(),
      restart: fc.constantFrom('no', 'always', 'unless-stopped', 'on-failure', 'on-failure:3'),
      stop_signal: optional('SIGTERM', 'SIGUSR1', 'SIGRTMIN+3'),
      stop_grace_period: fc.constantFrom('0s', '10s', '1m30s'),
      platform: optional('linux', 'linux/amd64', 'linux/arm64', 'linux/arm64/v8'),
    }),
    environment_variables: fc.dictionary(fc.constantFrom('A', 'B', 'PATH', 'x.y-z', '__proto__'), TEXT),
    labels: fc.dictionary(fc.constantFrom('x', 'team', '__proto__'), fc.constantFrom('', 'y', 'z')),
    networking: fc.record({
      hostname: optional('web', 'extra', 'web.example.com'),
      ports: fc.array(PORT, { maxLength: 3 }).map((ports): Json => Object.assign({}, ...ports) as JsonObject),
      networks: ATTACHMENTS,
    }),
    mounts: fc.array(MOUNT, { maxLength: 3 }),
    tmpfs: TMPFS,
    health_check: HEALTH,
    resource_limits: LIMITS,
  })
  .map(({ mounts, tmpfs, ...parts }) => {
    const inMemory = new Set(Object.keys(tmpfs));
    const volumes = Object.entries(Object.assign({}, ...mounts) as JsonObject).filter(([path]) => !inMemory.has(path));
    return serviceConfig({ ...parts, storage: { volumes: Object.fromEntries(volumes), tmpfs } });
  });

const INVENTORY = {
  networks: ['default', 'other'].map((key) => ({
    Id: key,
    Name: `shop_${key}`,
    Created: '',
    Driver: 'bridge',
    Labels: labelled(`network.${key}`),
  })),
  volumes: [{ Name: 'shop_data', Driver: 'local', Mountpoint: '', Labels: labelled('volume.data') }],
};

const PREDEFINED = ['bridge', 'host', 'none'].map((name) => ({ Id: name, Name: name, Created: '', Driver: name }));

function textOf(value: Json): string {
  return typeof value === 'string' ? value : '';
}

/** Of these the engine says that there is nothing to run, and makes no container. */
function isRunnable(config: JsonObject, image: ImageInspect): boolean {
  const words = ['entrypoint', 'command'].map((name) => memberAt(config, 'container', name));
  const [entrypoint, command] = words.map((list) => (Array.isArray(list) ? list.filter((word) => word !== '') : null));
  const has = (own: readonly Json[] | null | undefined, ofImage: unknown): boolean =>
    (own ?? (Array.isArray(ofImage) ? ofImage : [])).length > 0;
  return has(entrypoint, image.Config?.Entrypoint) || has(command, image.Config?.Cmd);
}

describe('reading what was requested', () => {
  test.prop([SERVICE, fc.constantFrom(FURNISHED, PLAIN), fc.constantFrom(OLD, NOW)], { numRuns: 500 })(
    'gives what was declared, whatever the image and the engine',
    (declared, image, facts) => {
      fc.pre(isRunnable(declared, image));
      const startsEarly = memberAt(declared, 'health_check', 'start_interval') !== null;
      fc.pre(facts.start_interval || !startsEarly);
      const platform = textOf(memberAt(declared, 'container', 'platform'));
      fc.pre(!platform.includes('amd64') || image === PLAIN);
      fc.pre(!platform.includes('arm64') || image === FURNISHED);

      const body = createBody(declared, bodyContext(declared, { facts, image }));
      const inspect = kept({ body, image, connected: connectedLater(declared, !facts.endpoints_at_create) });
      const inventory = { ...INVENTORY, networks: [...INVENTORY.networks, ...PREDEFINED] };
      const reading = serviceFrom(withOldAliases(inspect, facts), viewOf(image, inventory, facts));

      expect(paths(differences('service', declared, reading, { facts }))).toEqual([]);
    },
  );
});
