import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type DockerRepo, dockerRepo } from '../../support/docker/docker-repo.ts';
import { dockerWorld } from '../../support/docker/docker-world.ts';
import { APPLY, DESTROY, expectRight, shop, SLEEP, standing, web, words } from '../../support/docker/luck.ts';

interface Obstacle {
  readonly kind: string;
  readonly files: Readonly<Record<string, string>>;
  /** Puts it in the way, and resolves with what takes it away. */
  put(repo: DockerRepo): Promise<() => Promise<unknown>>;
  readonly code: string;
  readonly says: RegExp;
}

const FOREIGN = ['run', '--detach', '--init', '--name', 'foreign'];
const removal = (repo: DockerRepo) => async (): Promise<unknown> => repo.docker('rm', '--force', 'foreign');

const FIXED = shop(
  web('    networking: { networks: { inner: { ipv4_address: 10.99.0.5 } } }\n') +
    `  beside:\n    container: { ${SLEEP} }\n    networking: { networks: [inner] }\n`,
  'networks: { inner: { ipam: { config: [{ subnet: 10.99.0.0/24 }] } } }\n',
);

const OBSTACLES: readonly Obstacle[] = [
  {
    kind: 'a port that a container publishes',
    files: shop(web(`    networking: { ports: ['18080:80'] }\n`)),
    put: async (repo) => {
      await repo.docker(...FOREIGN, '--publish', '18080:80', 'busybox:1', 'sleep', '1000');
      return removal(repo);
    },
    code: 'port_in_use',
    says: /the host port 18080\/tcp is held by the container foreign/,
  },
  {
    kind: 'a port that a process listens on',
    files: shop(web(`    networking: { ports: ['18081:80'] }\n`)),
    put: async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(18_081, '0.0.0.0', resolve));
      return () => new Promise((resolve) => server.close(resolve));
    },
    code: 'port_in_use',
    says: new RegExp(`the host port 18081/tcp is held by the process ${process.pid} \\(`),
  },
  {
    kind: 'a fixed address that another container has',
    files: FIXED,
    put: async (repo) => {
      await repo.trueup([...APPLY, 'beside']);
      await repo.docker(...FOREIGN, '--network', 'shop_inner', '--ip', '10.99.0.5', 'busybox:1', 'sleep', '1000');
      return removal(repo);
    },
    code: 'address_unavailable',
    says: /the address 10\.99\.0\.5 of the network shop_inner is held by the container foreign/,
  },
  {
    kind: 'a subnet that overlaps',
    files: shop(
      web('    networking: { networks: [inner] }\n'),
      'networks: { inner: { ipam: { config: [{ subnet: 10.98.7.0/24 }] } } }\n',
    ),
    put: async ({ docker }) => {
      await docker('network', 'create', '--subnet', '10.98.0.0/16', 'foreign');
      return () => docker('network', 'rm', 'foreign');
    },
    code: 'address_unavailable',
    says: /its subnet overlaps with the network foreign \(10\.98\.0\.0\/16\)/,
  },
  {
    kind: 'an engine without a free address pool',
    files: shop(web()),
    put: async ({ docker }) => {
      // All that the engine of the tests has, but for what its own bridge has.
      const pieces = ['128.0/17', '64.0/18', '32.0/19', '16.0/20', '8.0/21', '4.0/22', '2.0/23', '1.0/24'];
      for (const piece of pieces)
        await docker('network', 'create', '--subnet', `10.213.${piece}`, `pool-${piece.slice(-2)}`);
      return () => docker('network', 'rm', 'pool-24');
    },
    code: 'address_unavailable',
    says: /the engine has no free address pool left/,
  },
];

describe('what stands in the way', () => {
  it.each(OBSTACLES)('$kind is named, and the next apply is right once it is gone', async (obstacle) => {
    await using repo = await dockerRepo(obstacle.files);
    const takeAway = await obstacle.put(repo);

    const hindered = await repo.trueup(APPLY);
    await takeAway();

    expect([1, 3], words(hindered)).toContain(hindered.status);
    expect(hindered.stdout).toContain(`[${obstacle.code}]`);
    expect(hindered.stdout).toMatch(obstacle.says);
    expect(hindered.stdout).toContain('next:');
    await expectRight(repo);
  });

  it('a name that something has which trueup did not make is a conflict, and nothing is touched', async () => {
    await using repo = await dockerRepo(
      shop(web(`    storage: { volumes: ['data:/data'] }\n`), 'volumes: { data: {} }\n'),
    );
    await repo.docker('network', 'create', 'shop_default');
    await repo.docker('volume', 'create', 'shop_data');
    await repo.docker('run', '--detach', '--init', '--name', 'shop-web-1', 'busybox:1', 'sleep', '1000');
    const before = await dockerWorld(repo.engine.calls).snapshot();

    const applied = await repo.trueup(APPLY);
    const destroyed = await repo.trueup(DESTROY);

    expect(applied.status, words(applied)).toBe(1);
    for (const name of ['shop-web-1', 'shop_data', 'shop_default']) {
      expect(applied.stdout).toContain(`the name "${name}" is taken by an object that trueup did not make`);
    }
    expect(destroyed, words(destroyed)).toMatchObject({ status: 0 });
    expect(await dockerWorld(repo.engine.calls).snapshot()).toBe(before);
  });

  it('somebody else’s container on what is to be removed is named, and the rest is removed', async () => {
    const files = shop(web(`    storage: { volumes: ['data:/data'] }\n`), 'volumes: { data: {} }\n');
    await using repo = await dockerRepo(files);
    await repo.trueup(APPLY);
    const mounts = ['--volume', 'shop_data:/x', '--network', 'shop_default'];
    await repo.docker(...FOREIGN, ...mounts, 'busybox:1', 'sleep', '1000');

    const hindered = await repo.trueup(DESTROY);
    expect(hindered.status, words(hindered)).toBe(3);
    expect(hindered.stdout).toContain('cannot remove the volume shop_data: foreign still holds it [object_in_use]');
    expect(hindered.stdout).toContain('cannot remove the network shop_default: foreign still uses it [object_in_use]');
    expect(await standing(repo)).toEqual(['foreign=running', 'shop_data', 'shop_default']);

    await repo.docker('rm', '--force', 'foreign');
    expect(await repo.trueup(DESTROY)).toMatchObject({ status: 0 });
    expect(await standing(repo)).toEqual([]);
  });
});

describe('a container that does not stay up', () => {
  const command = (text: string): string => `image: 'busybox:1', command: [sh, -c, '${text}'], stop_grace_period: 0s`;

  it.each([
    {
      kind: 'that cannot find its command',
      container: `image: 'busybox:1', command: [slep, '1']`,
      more: '',
      code: 'command_not_found',
      says: [/exec: "slep"/],
      reason: /created, never started|slep/,
    },
    {
      kind: 'that ends at once',
      container: command('echo cannot open the database; exit 3'),
      more: `    health_check: { test: [CMD, 'false'], interval: 60s }\n`,
      code: 'gate_exited',
      says: [/exited with status 3/, /\| cannot open the database/],
      reason: /exited with status 3/,
    },
    {
      kind: 'that ends again and again',
      container: `${command('echo cannot open the database; exit 3')}, restart: always`,
      more: `    health_check: { test: [CMD, 'false'], interval: 60s, retries: 2 }\n`,
      code: 'gate_exited',
      says: [/restarted 2 times/, /\| cannot open the database/],
      reason: /restarting: exited with status 3|exited with status 3|^$/,
    },
    {
      kind: 'that takes more memory than it may',
      container: command('echo eating; exec tail /dev/zero'),
      more: `    resource_limits: { memory_limit: 8MiB }\n    health_check: { test: [CMD, 'false'], interval: 60s }\n`,
      code: 'gate_exited',
      says: [/out of memory/, /memory_limit/],
      reason: /exited with status 137 \(out of memory\)/,
    },
    {
      kind: 'whose health test is not in its image',
      container: SLEEP,
      more: `    health_check: { test: [CMD, nosuch], interval: 3s, timeout: 3s, retries: 1 }\n`,
      code: 'gate_unhealthy',
      says: [/its health test cannot be run there/, /nosuch/],
      reason: /nosuch/,
    },
  ])('$kind says why, now and in its status', async ({ container, more, code, says, reason }) => {
    const behind = `  behind:\n    container: { ${SLEEP} }\n    dependencies: { web: { condition: CONDITION } }\n`;
    const condition = more.includes('health_check') ? 'service_healthy' : 'service_started';
    const services = `  web:\n    container: { ${container} }\n${more}${behind.replace('CONDITION', condition)}`;
    await using repo = await dockerRepo(shop(services));

    const applied = await repo.trueup(APPLY);
    const status = await repo.trueup(['status', '--output', 'json']);

    expect(applied.status, words(applied)).toBe(3);
    expect(applied.stdout).toContain(`[${code}]`);
    for (const pattern of says) expect(applied.stdout).toMatch(pattern);
    expect(applied.stdout).toContain('next:');
    expect(applied.stdout).toContain('skipped because of service.web: service.behind');
    expect(reasonIn(status.stdout, 'service.web')).toMatch(reason);
    await repo.write(shop(web() + behind.replace('CONDITION', 'service_started')));
    await expectRight(repo);
  });
});

function reasonIn(json: string, address: string): string {
  const { environments } = JSON.parse(json) as {
    readonly environments: readonly {
      readonly resources: readonly { readonly address: string; readonly reason?: string | null }[];
    }[];
  };
  return environments[0]?.resources.find((resource) => resource.address === address)?.reason ?? '';
}
