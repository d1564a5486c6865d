import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { workingTree } from '../../../src/git/working-tree.ts';
import type { LoadedEnvironment } from '../../../src/manifest/environment.ts';
import { fieldPath } from '../../../src/model/field-path.ts';
import { type Json, memberAt } from '../../../src/model/json.ts';
import { described, load, loadOne, loadText, memoryTree } from './support.ts';

function field(environment: LoadedEnvironment, address: 'service.web', ...names: readonly string[]): Json {
  return memberAt(environment.resources.get(address)?.config, ...names);
}

async function ofWeb(service: string, ...names: readonly string[]): Promise<Json> {
  const environment = await loadOne(`services: { web: { ${service} } }\nvolumes: { data: }\nnetworks: { internal: }`);
  return field(environment, 'service.web', ...names);
}

const PROCESS = 'process: { command: [run] }';
const CONTAINER = 'container: { image: "a:1" }';
const API = { reference: 'ghcr.io/acme/api:1' };

describe('ports', () => {
  it.each<[string, string, Json]>([
    [PROCESS, '8080', { '8080/tcp': { host_port: 8080, container_port: 8080, protocol: 'tcp', host_ip: null } }],
    [
      PROCESS,
      '{ container_port: 53, protocol: udp }',
      { '53/udp': { host_port: 53, container_port: 53, protocol: 'udp', host_ip: null } },
    ],
    [CONTAINER, '"8080"', { ':8080/tcp': { host_port: null, container_port: 8080, protocol: 'tcp', host_ip: null } }],
    [CONTAINER, '"8080:80"', { '8080/tcp': { host_port: 8080, container_port: 80, protocol: 'tcp', host_ip: null } }],
    [
      CONTAINER,
      '"127.0.0.1:8080:80/udp"',
      { '127.0.0.1:8080/udp': { host_port: 8080, container_port: 80, protocol: 'udp', host_ip: '127.0.0.1' } },
    ],
    [
      CONTAINER,
      '"127.0.0.1::80"',
      { '127.0.0.1::80/tcp': { host_port: null, container_port: 80, protocol: 'tcp', host_ip: '127.0.0.1' } },
    ],
    [
      CONTAINER,
      '"[::1]:8080:80"',
      { '[::1]:8080/tcp': { host_port: 8080, container_port: 80, protocol: 'tcp', host_ip: '::1' } },
    ],
    [
      CONTAINER,
      '"8080-8081:80-81"',
      {
        '8080/tcp': { host_port: 8080, container_port: 80, protocol: 'tcp', host_ip: null },
        '8081/tcp': { host_port: 8081, container_port: 81, protocol: 'tcp', host_ip: null },
      },
    ],
  ])('of { %s } are read from %s', async (form, port, resolved) => {
    expect(await ofWeb(`${form}, networking: { ports: [${port}] }`, 'networking', 'ports')).toEqual(resolved);
  });
});

describe('mounts', () => {
  const mount = (of: object): Json => ({
    type: 'volume',
    volume: null,
    host_path: null,
    container_path: null,
    mode: 'rw',
    watch_content: null,
    content: null,
    ...of,
  });

  it.each<[string, string, Json]>([
    [PROCESS, 'data', { data: mount({ volume: 'data' }) }],
    [PROCESS, 'data:ro', { data: mount({ volume: 'data', mode: 'ro' }) }],
    [CONTAINER, '"data:/x/../y/"', { '/y': mount({ volume: 'data', container_path: '/y' }) }],
    [CONTAINER, '"data:/x:ro"', { '/x': mount({ volume: 'data', container_path: '/x', mode: 'ro' }) }],
    [CONTAINER, '/anonymous', { '/anonymous': mount({ container_path: '/anonymous' }) }],
    [CONTAINER, '{ volume: data, container_path: /x }', { '/x': mount({ volume: 'data', container_path: '/x' }) }],
  ])('of { %s } are read from %s', async (form, text, resolved) => {
    expect(await ofWeb(`${form}, storage: { volumes: [${text}] }`, 'storage', 'volumes')).toEqual(resolved);
  });

  it('of host paths have the key that the path has in the repo, however it is written', async () => {
    const text = (path: string): string => `services: { web: { ${PROCESS}, storage: { volumes: ["${path}"] } } }`;
    const tree = memoryTree({ 'environments/local/main.yaml': '', 'environments/local/conf/a.json': '{}' });
    for (const path of [
      './conf/a.json',
      '../local/conf//a.json',
      '/repo-that-is-nowhere/environments/local/conf/a.json',
    ]) {
      const files = { 'environments/local/main.yaml': text(path), 'environments/local/conf/a.json': '{}' };
      const result = await load(files, { tree: { ...tree, read: memoryTree(files).read } });
      const volumes = result.environments[0]?.resources.get('service.web')?.config['storage'];

      expect(volumes).toMatchObject({
        volumes: {
          'environments/local/conf/a.json': {
            type: 'bind',
            host_path: '/repo-that-is-nowhere/environments/local/conf/a.json',
            content: null,
          },
        },
      });
    }
  });

  it('hold the digest of read-only and watched regular files, and say which of them git does not hold', async () => {
    const root = await mkdtemp(join(tmpdir(), 'trueup-mounts-'));
    try {
      await mkdir(join(root, 'environments/local/folder'), { recursive: true });
      await writeFile(join(root, 'outside.conf'), 'outside');
      for (const name of ['ro', 'watched', 'edited', 'plain']) {
        await writeFile(join(root, `environments/local/${name}.conf`), name);
      }
      await writeFile(
        join(root, 'environments/local/main.yaml'),
        `
services:
  web:
    ${PROCESS}
    storage:
      volumes:
        - ./ro.conf:ro
        - { host_path: ./watched.conf, watch_content: restart }
        - { host_path: ./edited.conf, watch_content: report }
        - ./plain.conf
        - ./folder:ro
        - ${root}/outside.conf:ro
`,
      );
      const digest = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;
      const repo = join(root, 'environments');
      const result = await load(
        {},
        { root: repo, folder: '.', tree: workingTree(repo, new Set(['local/edited.conf'])) },
      );
      const web = result.environments[0]?.resources.get('service.web');
      const contents = Object.entries(memberAt(web?.config, 'storage', 'volumes') ?? {}).map(([key, item]) => [
        key.replace(root, ''),
        memberAt(item as Json, 'content'),
      ]);

      expect(described(result.diagnostics)).toEqual([]);
      expect(Object.fromEntries(contents)).toEqual({
        'local/ro.conf': digest('ro'),
        'local/watched.conf': digest('watched'),
        'local/edited.conf': digest('edited'),
        'local/plain.conf': null,
        'local/folder': null,
        '/outside.conf': digest('outside'),
      });
      expect(new Set(web?.untracked.map(({ field_path: path, kind }) => `${kind} ${path}`))).toEqual(
        new Set([
          `edit ${fieldPath('storage', 'volumes', 'local/edited.conf', 'content')}`,
          `input ${fieldPath('storage', 'volumes', `${root}/outside.conf`, 'content')}`,
        ]),
      );
      expect(result.environments[0]?.files).toEqual([
        'local/edited.conf',
        'local/main.yaml',
        'local/ro.conf',
        'local/watched.conf',
      ]);
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  });

  it('of folders cannot be watched in this version', async () => {
    const result = await load({
      'environments/local/main.yaml': `services: { web: { ${PROCESS}, storage: { volumes: [{ host_path: ./conf, watch_content: restart }] } } }`,
      'environments/local/conf/a': '',
    });

    expect(result.diagnostics.map(({ code, summary }) => [code, summary])).toEqual([
      ['not_supported', 'watch_content is not carried out for folders by this version of trueup'],
    ]);
  });
});

describe('everything else', () => {
  it.each<[string, string, readonly string[], Json]>([
    [
      'a command',
      'process: { command: "run --x \\"a b\\" c\\\\ d" }',
      ['process', 'command'],
      ['run', '--x', 'a b', 'c d'],
    ],
    ['durations', 'process: { command: [x], stop_grace_period: 90000 }', ['process', 'stop_grace_period'], '1m30s'],
    ['a restart policy', 'process: { command: [x], restart: "on-failure:0" }', ['process', 'restart'], 'on-failure'],
    ['sizes', `${CONTAINER}, resource_limits: { memory_limit: 1024m }`, ['resource_limits', 'memory_limit'], '1GiB'],
    ['processors', `${CONTAINER}, resource_limits: { cpu_limit: "0.50" }`, ['resource_limits', 'cpu_limit'], 0.5],
    ['a user', 'container: { image: "a:1", user: 1000 }', ['container', 'user'], '1000'],
    ['a test', `${PROCESS}, health_check: { test: a | b }`, ['health_check', 'test'], ['CMD-SHELL', 'a | b']],
    ['timings alone', `${PROCESS}, health_check: { test: a, interval: 5s }`, ['health_check', 'timeout'], '5s'],
    [
      'an expected status',
      `${PROCESS}, health_check: { endpoints: [{ url: "http://x" }], expected_response: { status_code: 204 } }`,
      ['health_check', 'endpoints', 'http://x', 'expected_status'],
      204,
    ],
    [
      'texts as they are written',
      `${PROCESS}, labels: { a: 1.10, b: 0x1F, c: true, d: 1e3 }`,
      ['labels'],
      { a: '1.10', b: '0x1F', c: 'true', d: '1e3' },
    ],
    ['lists of labels', `${PROCESS}, labels: [a=b=c, d]`, ['labels'], { a: 'b=c', d: '' }],
    [
      'networks',
      `${CONTAINER}, networking: { networks: [internal] }`,
      ['networking', 'networks'],
      { internal: { aliases: ['web'], ipv4_address: null, ipv6_address: null } },
    ],
    [
      'aliases',
      `${CONTAINER}, networking: { networks: { internal: { aliases: [z, a, z] } } }`,
      ['networking', 'networks', 'internal', 'aliases'],
      ['a', 'web', 'z'],
    ],
    ['no networks', `${CONTAINER}, networking: { networks: [] }`, ['networking', 'networks'], {}],
    ['a process without networks', PROCESS, ['networking', 'networks'], {}],
    [
      'tmpfs',
      `${CONTAINER}, storage: { tmpfs: "/tmp:size=64m,mode=1777" }`,
      ['storage', 'tmpfs'],
      { '/tmp': { container_path: '/tmp', size: '64MiB', mode: '1777' } },
    ],
  ])('resolves %s', async (_, service, names, resolved) => {
    expect(await ofWeb(service, ...names)).toEqual(resolved);
  });

  it('lays the environment variables of a service over those of the environment', async () => {
    const environment = await loadOne(`
environment_variables: [TZ=UTC, LEVEL=info]
services: { web: { ${PROCESS}, environment_variables: { LEVEL: debug } } }
`);

    expect(field(environment, 'service.web', 'environment_variables')).toEqual({ TZ: 'UTC', LEVEL: 'debug' });
    expect(environment.locate('service.web', fieldPath('environment_variables', 'TZ'))?.start).toEqual({
      line: 2,
      column: 25,
    });
    expect(environment.locate('service.web', fieldPath('environment_variables', 'LEVEL'))?.start.line).toBe(3);
  });

  it('makes dependencies addresses, and knows what runs to its end', async () => {
    const environment = await loadOne(`
services:
  web: { ${PROCESS}, dependencies: { migrate: { condition: service_completed_successfully }, service.db: , volume.data: } }
  db: { ${PROCESS} }
  migrate: { ${PROCESS} }
  seed: { ${PROCESS}, run: once }
volumes: { data: }
`);
    const web = environment.resources.get('service.web');

    expect(web?.dependencies).toEqual([
      {
        address: 'service.migrate',
        condition: 'service_completed_successfully',
        restart: false,
        criticality: 'required',
      },
      { address: 'service.db', condition: 'service_started', restart: false, criticality: 'required' },
    ]);
    expect(web?.uses).toEqual(['volume.data']);
    expect(Object.keys(memberAt(web?.config, 'dependencies') ?? {})).toEqual([
      'service.migrate',
      'service.db',
      'volume.data',
    ]);
    expect([...environment.resources.values()].map(({ address, config }) => [address, config['run_state']])).toEqual([
      ['service.db', 'running'],
      ['service.migrate', 'completed'],
      ['service.seed', 'completed'],
      ['service.web', 'running'],
      ['volume.data', undefined],
    ]);
  });

  it('names things after the project, and puts them on the engine of those who use them', async () => {
    const environment = await loadOne(`
project: shop
services:
  web: { ${PROCESS}, storage: { volumes: [data] } }
  api: { ${CONTAINER}, networking: { networks: [internal] }, engine: remote }
  job: { ${CONTAINER}, name: own }
volumes: { data: , unused: , named: { name: other } }
networks: { internal: { external: true } }
engines: { remote: { driver: docker, host: "ssh://x" } }
`);

    expect(
      [...environment.resources.values()].map(({ address, name, engine, external }) => [
        address,
        name,
        engine,
        external,
      ]),
    ).toEqual([
      ['image.a:1', 'a:1', 'docker', false],
      ['image.a:1@remote', 'a:1', 'remote', false],
      ['network.default', 'shop_default', 'docker', false],
      ['network.internal', 'internal', 'remote', true],
      ['service.api', 'shop-api-1', 'remote', false],
      ['service.job', 'own', 'docker', false],
      ['service.web', 'shop-web-1', 'process', false],
      ['volume.data', 'shop_data', 'process', false],
      ['volume.named', 'other', 'docker', false],
      ['volume.unused', 'shop_unused', 'docker', false],
    ]);
    expect(environment.engines).toEqual({
      docker: { name: 'docker', driver: 'docker', settings: {} },
      process: { name: 'process', driver: 'process', settings: {} },
      remote: { name: 'remote', driver: 'docker', settings: { host: 'ssh://x' } },
    });
  });

  it('makes a resource of each image on each engine, and brings together what services say of it', async () => {
    const environment = await loadOne(`
services:
  a: { container: { image: "ghcr.io/acme/api:1", pull_policy: never } }
  b: { container: { image: "ghcr.io/acme/api:1", pull_policy: always, platform: linux/arm64 } }
  c: { container: { image: "ghcr.io/acme/api:1" } }
  d: { container: { image: "db:1", pull_policy: never } }
  e: { container: { image: "ghcr.io/acme/api:1", platform: linux/amd64 }, engine: remote, networking: { networks: [] } }
engines: { remote: { driver: docker, host: "ssh://x" } }
`);
    const address = 'image.ghcr.io/acme/api:1';
    const place = (of: string, field: string): number | undefined =>
      environment.locate(of as typeof address, fieldPath(field))?.start.line;

    expect(
      [...environment.resources.values()].flatMap((resource) =>
        resource.type === 'image' ? [[resource.address, resource.engine, resource.name, resource.config]] : [],
      ),
    ).toEqual([
      ['image.db:1', 'docker', 'db:1', { reference: 'db:1', platform: null, pull_policy: 'never' }],
      [address, 'docker', 'ghcr.io/acme/api:1', { ...API, platform: 'linux/arm64', pull_policy: 'always' }],
      [
        `${address}@remote`,
        'remote',
        'ghcr.io/acme/api:1',
        { ...API, platform: 'linux/amd64', pull_policy: 'missing' },
      ],
    ]);
    expect(environment.resources.get('service.c')?.uses).toEqual([address, 'network.default']);
    expect(environment.resources.get('service.e')?.uses).toContain(`${address}@remote`);
    expect([place(address, 'reference'), place(address, 'platform'), place(address, 'pull_policy')]).toEqual([3, 4, 4]);
    expect(environment.locate(address, '$')?.start).toEqual({ line: 3, column: 21 });
  });

  it('leaves out services whose profile nobody asked for', async () => {
    const text = `
services:
  web: { ${PROCESS}, dependencies: { debug: { criticality: optional } } }
  debug: { ${PROCESS}, profiles: [debug, all] }
`;

    expect([...(await loadOne(text)).resources.keys()]).toEqual(['service.web']);
    expect([...(await loadOne(text, { profiles: ['all'] })).resources.keys()]).toEqual([
      'service.debug',
      'service.web',
    ]);
  });

  it('has a default for every policy', async () => {
    expect((await loadOne('type: local')).policies).toEqual({
      drift: 'report',
      on_failure: 'stop',
      rollback: 'service',
      prune: true,
    });
  });

  it('gives the same for the same, whatever the order of keys', async () => {
    const one = await loadOne(`services: { a: { ${PROCESS} }, b: { ${CONTAINER} } }\nvolumes: { x: , y: }`);
    const two = await loadOne(`volumes: { y: , x: }\nservices: { b: { ${CONTAINER} }, a: { ${PROCESS} } }`);

    expect([...two.resources]).toEqual([...one.resources]);
  });

  it('points at the resource, at the nearest declared thing, and nowhere for what is not declared', async () => {
    const environment = await loadOne(`
services:
  web:
    ${CONTAINER}
    health_check: { test: x }
`);
    const place = (...names: readonly string[]): Json => {
      const source = environment.locate('service.web', fieldPath(...names));
      return source === null ? null : `${source.start.line}:${source.start.column}`;
    };

    expect(place()).toBe('3:3');
    expect(place('health_check', 'retries')).toBe('5:5');
    expect(place('health_check', 'test')).toBe('5:21');
    expect(place('resource_limits', 'cpu_limit')).toBe('3:3');
    expect(environment.locate('network.default', fieldPath('driver'))?.start).toEqual({ line: 3, column: 3 });
    expect(environment.locate('service.gone', fieldPath())).toBeNull();
  });

  it('finds keys that look like numbers where they stand', async () => {
    const environment = await loadOne(`
services:
  b:
    ${PROCESS}
  "2":
    ${PROCESS}
  a: { ${PROCESS}, labels: { z: x, "10": y, "9": z } }
  "1":
    ${PROCESS}
`);
    const lines = (['service.b', 'service.2', 'service.a', 'service.1'] as const).map(
      (address) => environment.locate(address, fieldPath())?.start.line,
    );
    const columns = ['z', '10', '9'].map(
      (label) => environment.locate('service.a', fieldPath('labels', label))?.start.column,
    );

    expect(lines).toEqual([3, 5, 7, 8]);
    expect(columns).toEqual([47, 53, 62]);
  });

  it('reads env files beside the manifests', async () => {
    const root = await mkdtemp(join(tmpdir(), 'trueup-env-'));
    try {
      await writeFile(join(root, '.env'), '# comment\nexport A="from env"\nB=b # no part of it\n');
      await writeFile(join(root, 'other.env'), 'A=other\n');
      const text = 'services: { web: { process: { command: [x, $A, "${B:-none}"] } } }';
      const first = await loadOne(text, { root });
      const second = await loadOne(text, { root, envFiles: ['other.env'] });
      const third = await loadText(text, { root, envFiles: ['missing.env'] });

      expect(field(first, 'service.web', 'process', 'command')).toEqual(['x', 'from env', 'b']);
      expect(first.files).toEqual(['.env', 'environments/local/main.yaml']);
      expect(field(second, 'service.web', 'process', 'command')).toEqual(['x', 'other', 'none']);
      expect(described(third.diagnostics)[0]).toBe('- error invalid_path: the env file missing.env does not exist');
      expect(third.environments).toEqual([]);
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  });
});
