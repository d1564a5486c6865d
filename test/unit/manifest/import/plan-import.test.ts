import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withClaims } from '../../../../src/diff/claims.ts';
import { compareEnvironment } from '../../../../src/diff/compare.ts';
import { dockerModel } from '../../../../src/drivers/docker/model.ts';
import { importedManifest } from '../../../../src/manifest/import/manifest.ts';
import type { ImportInput } from '../../../../src/manifest/import/imported.ts';
import { importObjects } from '../../../../src/manifest/import/plan-import.ts';
import type { ForeignObject } from '../../../../src/model/foreign.ts';
import { isJsonObject, type JsonObject } from '../../../../src/model/json.ts';
import { NOTHING_RECORDED, type ObservedObject } from '../../../../src/model/observed.ts';
import { desired } from '../../../support/builders.ts';
import { observed } from '../../../support/planning.ts';
import { SEALER } from '../../../support/sealer.ts';
import { NOW } from '../../drivers/docker/engine-facts.ts';
import { loadOne } from '../support.ts';

const PLAIN: JsonObject = {
  container: {
    image: 'app:1',
    platform: 'linux/amd64',
    entrypoint: [],
    command: ['serve'],
    user: null,
    working_dir: '/',
    init: false,
    restart: 'no',
    stop_signal: 'SIGTERM',
    stop_grace_period: '10s',
  },
  environment_variables: { PATH: '/bin' },
  labels: {},
  networking: { hostname: 'short', ports: {}, networks: {} },
  storage: { volumes: {}, tmpfs: {} },
  health_check: null,
  resource_limits: { cpu_limit: null, memory_limit: null, cpu_reservation: null, memory_reservation: null },
  dependencies: {},
  run_state: 'running',
};

const DEFAULTS: JsonObject = {
  container: {
    platform: 'linux/amd64',
    entrypoint: [],
    command: ['serve'],
    user: null,
    working_dir: '/',
    stop_signal: 'SIGTERM',
  },
  environment_variables: { PATH: '/bin' },
  labels: {},
  networking: { hostname: 'short' },
  storage: { volumes: {} },
  health_check: null,
};

function groupsOver(base: JsonObject, over: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries({ ...base, ...over }).map(([name, value]) => {
      const below = base[name];
      return [name, isJsonObject(below) && isJsonObject(value) ? { ...below, ...value } : value];
    }),
  );
}

function objectOf(type: 'service' | 'network' | 'volume', name: string, configured: JsonObject): ObservedObject {
  const resource = desired(name, { type, name, engine: 'docker', config: {} });
  return observed(resource, { ownership: null, configured, ...(type === 'service' ? { defaults: DEFAULTS } : {}) });
}

function foreign(object: ObservedObject, overrides: Partial<ForeignObject> = {}): ForeignObject {
  return { object, place: null, shared: false, predefined: false, not_carried: [], ...overrides };
}

function container(name: string, over: JsonObject = {}, overrides: Partial<ForeignObject> = {}): ForeignObject {
  return foreign(objectOf('service', name, groupsOver(PLAIN, over)), overrides);
}

function network(name: string, over: JsonObject = {}): ForeignObject {
  const configured = {
    driver: 'bridge',
    driver_opts: {},
    internal: false,
    attachable: false,
    ipam: { driver: 'default', config: {} },
    labels: {},
  };
  return foreign(objectOf('network', name, { ...configured, ...over }));
}

function volume(name: string, over: JsonObject = {}): ForeignObject {
  return foreign(objectOf('volume', name, { driver: 'local', driver_opts: {}, labels: {}, ...over }));
}

function inputOf(objects: readonly ForeignObject[]): ImportInput {
  return { environment: 'local', facts: NOW, objects, exists: (path) => path !== '/gone', named: (path) => path };
}

function textOf(objects: readonly ForeignObject[]): string {
  return importedManifest(importObjects(inputOf(objects)), { environment: 'local', schema: null, origin: 'a test' });
}

const LAB = { aliases: [], ipv4_address: null, ipv6_address: null };

describe('an import', () => {
  it('is what a person would have written, and says what nobody could', () => {
    const nameless = 'a'.repeat(64);
    const shop = { project: 'shop', number: 1 };
    const objects = [
      container(
        'shop-web-1',
        {
          container: { image: 'nginx', command: ['run', 'a$b'], stop_signal: 'SIGRTMIN+1', stop_grace_period: '-1s' },
          environment_variables: { API_TOKEN: 'a$b', MODE: '${x}', '1ST': 'x', DB: 'tcp://db:1' },
          networking: {
            hostname: 'no_name',
            ports: { '8080/tcp': { host_port: 8080, container_port: 80, protocol: 'tcp', host_ip: null } },
            networks: { shop_default: { ...LAB, aliases: ['shop-web-1', 'web', 'www'] } },
          },
          storage: {
            volumes: {
              '/a': {
                type: 'volume',
                volume: nameless,
                host_path: null,
                container_path: '/a',
                mode: 'rw',
                content: null,
              },
              '/b': { type: 'bind', volume: null, host_path: '/gone', container_path: '/b', mode: 'ro', content: null },
            },
            tmpfs: { '/tmp': { container_path: '/tmp', size: '50%', mode: null } },
          },
        },
        { place: { ...shop, key: 'web' }, not_carried: ['--privileged'] },
      ),
      container(
        'shop-db-1',
        { run_state: 'stopped', networking: { networks: { shop_default: LAB } } },
        { place: { ...shop, key: 'db' } },
      ),
      foreign(network('shop_default').object, { place: { ...shop, key: 'default' } }),
      volume(nameless),
    ];

    const imported = importObjects(inputOf(objects));

    expect(textOf(objects)).toBe(`# Imported from a test.
# What is claimed with \`adopted\` runs already; nothing of it is made anew.
#   trueup plan local             shows what would change
#   trueup apply local --adopt    takes it over
name: local
type: local
project: shop

services:
  db:
    adopted: { name: shop-db-1 }
    container: { image: app:1 }

  # dependencies: { db: { condition: service_started } }
  # db: named in DB
  web:
    adopted: { name: shop-web-1 }
    container: { image: nginx:latest, command: [run, a$$b] }
    networking:
      ports: [8080:80]
      networks:
        default: { aliases: [www] }
    storage:
      volumes: [web-a:/a]
      tmpfs: [/tmp]
    environment_variables:
      API_TOKEN: { secret: true, source: file, value: .secrets/API_TOKEN }
      DB: tcp://db:1
      MODE: "$\${x}"

networks:
  default: { adopted: { name: shop_default } }

volumes:
  web-a: { adopted: { name: ${nameless} } }

ignore_differences:
${[
  ["$['container']['stop_signal']", 'no manifest knows this signal'],
  ["$['container']['stop_grace_period']", 'a manifest cannot say that a stop waits for ever'],
  ["$['environment_variables']['1ST']", 'no manifest sets a variable of this name'],
  ["$['storage']['volumes']['/b']", '/gone is not on this machine'],
  ["$['storage']['tmpfs']['/tmp']['size']", 'it is no size that a manifest can say'],
  ["$['networking']['hostname']", 'it is no host name that a manifest can say'],
]
  .map(([path, reason]) => `  - { address: service.web, field_path: "${path}", reason: "trueup import: ${reason}" }`)
  .join('\n')}
`);
    expect(imported.secrets).toEqual([{ file: 'API_TOKEN', plain: 'a$b', used_by: ['service.web API_TOKEN'] }]);
    expect(imported.stopped).toEqual(['service.db']);
    expect(imported.notes.filter(({ kind }) => kind !== 'not_expressed')).toEqual([
      { kind: 'not_carried', address: 'service.web', text: '--privileged is lost when the container is next replaced' },
    ]);
  });

  it('says where an image has no name but its id, and keeps the name that it had', () => {
    const id = `sha256:${'e'.repeat(64)}`;
    const made = container('old', { container: { image: id } });
    const details = { image: 'busybox:2' };
    const renamed = { ...made, object: { ...made.object, status: { ...made.object.status, details } } };

    const objects = [renamed, container('none', { container: { image: id } })];

    expect(importObjects(inputOf(objects)).notes).toEqual([
      {
        kind: 'information',
        address: 'service.none',
        text: 'its image stands in the manifest by its id, which this engine alone knows: name one that a registry has',
      },
      {
        kind: 'information',
        address: 'service.old',
        text:
          'its image stands in the manifest by its id, which this engine alone knows: ' +
          'it was made from busybox:2, which is another image by now, or none',
      },
    ]);
    expect(textOf(objects)).toContain(`
  # made from the image busybox:2, which was another one, or none, when this was imported
  old:
    adopted: { name: old }
    container:
      image: ${id}
`);
  });

  it('gives a key to who has its name, and what is made valid gives way', () => {
    const { services, notes } = importObjects(inputOf([container('WEB'), container('web')]));

    expect(Object.entries(services).map(([key, { adopted }]) => [key, adopted])).toEqual([
      ['web', { name: 'web' }],
      ['web-2', { name: 'WEB' }],
    ]);
    expect(notes).toEqual([{ kind: 'renamed', address: 'service.web-2', text: '"WEB" is no valid key' }]);
  });

  it('says of what looks like a secret, and no variable can hold, where it stands', () => {
    const { notes } = importObjects(
      inputOf([
        container('a', {
          environment_variables: { DB_PASSWORD: 's3cretlong' },
          networking: { hostname: 's3cretlong' },
          labels: { token: 'abc', team: 'core', note: 'it is s3cretlong!', other: 's3cretlonger' },
        }),
        volume('files', { driver_opts: { type: 'cifs', o: 'username=me,password=abc' } }),
      ]),
    );

    expect(notes.map(({ kind, address, text }) => `${kind} ${address} ${text.split(' ')[0]}`)).toEqual([
      'plain_secret service.a networking.hostname',
      'plain_secret service.a labels.token',
      'plain_secret service.a labels.note',
      'plain_secret volume.files driver_opts.o',
    ]);
  });

  it('takes a secret out of commands and tests, and what is known to be one out of everything that can hold it', async () => {
    const objects = [
      container('db', { environment_variables: { POSTGRES_PASSWORD: 's3cretlong', POSTGRES_USER: 'postgres' } }),
      container('cache', {
        container: { command: ['redis-server', '--requirepass', 's3cretlong', '--masterauth', 'two words'] },
        health_check: { test: ['CMD-SHELL', 'redis-cli -a s3cretlong ping || echo $HOME'] },
      }),
      container('web', {
        container: {
          entrypoint: ['sh', '-c'],
          command: ['curl -H "Authorization: Bearer abcd1234" --password=$PASSWORD http://me:pw@host/'],
        },
        environment_variables: { APP_OPTS: 'run $x as s3cretlong', MODE: 's3cretlonger', OTHER: 'postgres' },
      }),
    ];

    const { services, variables, secrets, notes } = importObjects(inputOf(objects));
    const loaded = await loadOne(textOf(objects));

    expect(notes).toEqual([]);
    expect(secrets.map(({ file, plain, used_by }) => [file, plain, ...used_by])).toEqual([
      [
        'POSTGRES_PASSWORD',
        's3cretlong',
        'service.cache container.command',
        'service.cache health_check.test',
        'service.db POSTGRES_PASSWORD',
        'service.web APP_OPTS',
      ],
      ['MASTERAUTH', 'two words', 'service.cache container.command'],
      ['AUTHORIZATION', 'abcd1234', 'service.web container.command'],
      ['PASSWORD', 'pw', 'service.web container.command'],
    ]);
    expect(variables).toEqual(
      Object.fromEntries(
        ['POSTGRES_PASSWORD', 'MASTERAUTH', 'AUTHORIZATION', 'PASSWORD'].map((name) => [
          name,
          { secret: true, source: 'file', value: `.secrets/${name}` },
        ]),
      ),
    );
    expect(services).toMatchObject({
      db: { environment_variables: { POSTGRES_USER: 'postgres' } },
      cache: {
        container: {
          command: ['redis-server', '--requirepass', '${POSTGRES_PASSWORD}', '--masterauth', '${MASTERAUTH}'],
        },
        health_check: { test: ['CMD-SHELL', 'redis-cli -a ${POSTGRES_PASSWORD} ping || echo $$HOME'] },
      },
      web: {
        container: {
          command: [
            'curl -H "Authorization: Bearer ${AUTHORIZATION}" --password=$$PASSWORD http://me:${PASSWORD}@host/',
          ],
        },
        environment_variables: {
          APP_OPTS: 'run $$x as ${POSTGRES_PASSWORD}',
          MODE: 's3cretlonger',
          OTHER: 'postgres',
        },
      },
    });
    expect([...loaded.resources.keys()]).toContain('service.cache');
  });

  // What took the square of their number would not be done with these today.
  it('is made of very many at once', () => {
    const objects = Array.from({ length: 1_000 }, (_, index) => {
      const variables = Array.from({ length: 30 }, (__, at): [string, string] => [
        `V${at}`,
        `http://c${(index + at) % 1_000}:80/of/${at}`,
      ]);
      const nameless = String(index).padStart(64, 'a');
      const mount = {
        type: 'volume',
        volume: nameless,
        host_path: null,
        container_path: '/d',
        mode: 'rw',
        content: null,
      };
      return [
        container(`c${index}`, {
          container: { command: ['run', `--password=s3cret-${index}`] },
          environment_variables: { ...Object.fromEntries(variables), DB_PASSWORD: `s3cret-${index}` },
          storage: { volumes: { '/d': mount } },
          networking: { networks: { lab: LAB } },
        }),
        volume(nameless),
      ];
    });

    const { services, secrets, comments } = importObjects(inputOf([...objects.flat(), network('lab')]));

    expect([services, secrets, comments].map((one) => Object.keys(one).length)).toEqual([1_000, 1_000, 1_000]);
  });

  it('takes a secret out as a whole, and knows it as a shell would read it', () => {
    const objects = [
      container('opt', {
        container: {
          command: [
            'echo',
            '--password=hun&ter22zz',
            '--secret',
            '-dashpw99',
            'Authorization: token 0123456789abcdefz',
          ],
        },
        health_check: { test: ['CMD-SHELL', 'x --requirepass hunter2222x; true'] },
        environment_variables: { NOTE: 'hunter2222x', OPTS: 'run --masterauth s3cretlong -v' },
      }),
    ];

    const { services, secrets } = importObjects(inputOf(objects));

    expect(services['opt']).toMatchObject({
      container: {
        command: ['echo', '--password=${PASSWORD}', '--secret', '${SECRET}', 'Authorization: token ${AUTHORIZATION}'],
      },
      health_check: { test: ['CMD-SHELL', 'x --requirepass ${REQUIREPASS}; true'] },
      environment_variables: { NOTE: '${REQUIREPASS}', OPTS: 'run --masterauth ${MASTERAUTH} -v' },
    });
    expect(Object.fromEntries(secrets.map(({ file, plain }) => [file, plain]))).toEqual({
      PASSWORD: 'hun&ter22zz',
      SECRET: '-dashpw99',
      AUTHORIZATION: '0123456789abcdefz',
      REQUIREPASS: 'hunter2222x',
      MASTERAUTH: 's3cretlong',
    });
  });

  it('keeps two secrets of one name apart, and one that two services share in one file', () => {
    const { secrets } = importObjects(
      inputOf([
        container('a', { environment_variables: { TOKEN: 'one' } }),
        container('b', { environment_variables: { TOKEN: 'two' } }),
        container('c', { environment_variables: { TOKEN: 'one' } }),
      ]),
    );

    expect(secrets).toEqual([
      { file: 'TOKEN', plain: 'one', used_by: ['service.a TOKEN', 'service.c TOKEN'] },
      { file: 'b.TOKEN', plain: 'two', used_by: ['service.b TOKEN'] },
    ]);
  });

  it('leaves to others what others use too, and to the engine what is its own', () => {
    const text = textOf([
      { ...network('lab'), shared: true },
      { ...network('bridge'), predefined: true },
      { ...volume('files'), shared: true },
      container('web', { networking: { networks: { bridge: LAB, lab: LAB } } }),
    ]);

    expect(text.slice(text.indexOf('networks:\n  bridge'))).toBe(
      'networks:\n  bridge: { external: true }\n  lab: { external: true }\n\nvolumes:\n  files: { external: true }\n',
    );
  });

  it('loads, and differs in nothing from what it was made of, whatever that is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(SERVICE, { minLength: 1, maxLength: 4 }), async (services) => {
        const containers = services.map((over, index) => container(`c${index}`, over));
        const objects = [
          ...containers,
          network('lab'),
          network('back', { internal: true }),
          volume('files'),
          volume('more'),
        ];
        const imported = importObjects(inputOf(objects));

        const loaded = await loadOne(textOf(objects), { root: '/repo' });
        const observations = new Map([
          [
            'docker',
            { status: 'known', engine: 'docker', facts: NOW, objects: objects.map(({ object }) => object) } as const,
          ],
        ]);
        const claims = { environment: loaded, recorded: NOTHING_RECORDED, owner: 'me', sealer: SEALER };
        const { findings, conflicts } = compareEnvironment({
          environment: loaded,
          observations: withClaims(observations, claims).observations,
          recorded: NOTHING_RECORDED,
          owners: ['me'],
          models: new Map([['docker', dockerModel]]),
          today: '2026-06-15',
          targets: null,
          fields: 'all',
        });

        expect(imported.secrets).toEqual([]);
        expect(conflicts).toEqual([]);
        expect(
          findings.filter((one) => one.kind !== 'equal' && !('desired' in one && one.desired.type === 'image')),
        ).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});

const TEXT = fc.string({ maxLength: 8 });
const WORDS = fc.array(fc.oneof(TEXT, fc.constantFrom('$x', '${y:-z}', '$$', 'true', '1', '- a', 'a: b')), {
  maxLength: 3,
});
const PORT = fc.record({
  host_port: fc.option(fc.integer({ min: 8080, max: 8083 })),
  container_port: fc.integer({ min: 1, max: 65_535 }),
  protocol: fc.constantFrom('tcp', 'udp'),
  host_ip: fc.constantFrom(null, '127.0.0.1', '::1'),
});

function portKey({
  host_port: outside,
  container_port: inside,
  protocol,
  host_ip: ip,
}: {
  readonly host_port: number | null;
  readonly container_port: number;
  readonly protocol: string;
  readonly host_ip: string | null;
}): string {
  const address = ip === null ? '' : ip.includes(':') ? `[${ip}]:` : `${ip}:`;
  return outside === null ? `${address}:${inside}/${protocol}` : `${address}${outside}/${protocol}`;
}

const ATTACHMENT = fc.record({
  aliases: fc.uniqueArray(fc.constantFrom('x', 'y.z'), { maxLength: 2 }).map((names) => names.toSorted()),
  ipv4_address: fc.constantFrom(null, '10.0.0.9'),
  ipv6_address: fc.constant(null),
});

const SERVICE: fc.Arbitrary<JsonObject> = fc.record({
  container: fc.record({
    entrypoint: WORDS,
    command: WORDS,
    user: fc.constantFrom(null, '0', 'www:www'),
    working_dir: fc.constantFrom('/', '/srv/a b'),
    init: fc.boolean(),
    restart: fc.constantFrom('no', 'always', 'unless-stopped', 'on-failure', 'on-failure:3'),
    stop_signal: fc.constantFrom('SIGTERM', 'SIGINT', 'SIGRTMIN+9'),
    stop_grace_period: fc.constantFrom('10s', '0s', '1m30s', '-1s'),
  }),
  environment_variables: fc
    .dictionary(fc.constantFrom('A', 'b.c', '_D', 'E-F', '9', 'G H', 'MODE'), TEXT, { noNullPrototype: true })
    .map((own) => ({ PATH: '/bin', ...own })),
  labels: fc.dictionary(fc.constantFrom('a', 'b/c', 'd e', '$f'), TEXT, { noNullPrototype: true }),
  networking: fc.record({
    hostname: fc.constantFrom('short', 'known.example', 'no_name'),
    ports: PORT.map((port) => ({ [portKey(port)]: port })),
    networks: fc.dictionary(fc.constantFrom('lab', 'back'), ATTACHMENT, { noNullPrototype: true }),
  }),
  storage: fc.record({
    volumes: fc
      .uniqueArray(fc.constantFrom('/a', '/b c', '/d:e', '/f'), { maxLength: 3 })
      .chain((paths) =>
        fc.tuple(
          ...paths.map((path) =>
            fc
              .tuple(fc.constantFrom('files', 'more', '/gone'), fc.constantFrom('rw', 'ro'))
              .map(
                ([source, mode]) =>
                  [
                    path,
                    source === '/gone'
                      ? { type: 'bind', volume: null, host_path: source, container_path: path, mode, content: null }
                      : { type: 'volume', volume: source, host_path: null, container_path: path, mode, content: null },
                  ] as const,
              ),
          ),
        ),
      )
      .map((mounts) => Object.fromEntries(mounts)),
    tmpfs: fc.constantFrom(
      {},
      { '/t': { container_path: '/t', size: '16MiB', mode: '1777' } },
      { '/t,u': { container_path: '/t,u', size: '10%', mode: null } },
    ),
  }),
  health_check: fc.option(
    fc.record({
      test: fc.constantFrom(
        ['NONE'],
        ['CMD', 'a', '$b'],
        ['CMD-SHELL', 'true || $x'],
        ['CMD-SHELL', 'a', 'b'],
        ['odd'],
      ),
      interval: fc.constantFrom('30s', '5s'),
      timeout: fc.constantFrom('30s', '5s', '2s'),
      retries: fc.constantFrom(3, 5),
      start_period: fc.constantFrom('0s', '4s'),
      start_interval: fc.constantFrom(null, '1s'),
    }),
  ),
  resource_limits: fc.record({
    cpu_limit: fc.constantFrom(null, 0.5, '0.25'),
    memory_limit: fc.constantFrom(null, '64MiB'),
    cpu_reservation: fc.constantFrom(null, 0.5),
    memory_reservation: fc.constantFrom(null, '32MiB'),
  }),
});
