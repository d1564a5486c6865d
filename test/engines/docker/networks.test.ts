import { describe, expect, it } from 'vitest';
import { type DockerRepo, dockerRepo } from '../../support/docker/docker-repo.ts';
import { eventually } from '../../support/eventually.ts';
import { MANIFEST } from '../../support/shop.ts';

const APPLY = ['apply', '--auto-approve'];
const NETWORK = 'shop_inner';
const BOTH = ['shop-web-1', 'shop-db-1'] as const;

/** Two services that know each other by more than their keys, one of them on a second network. */
function shop(driverOptions: string): string {
  return `name: local
project: shop
services:
  web:
    container: { image: 'busybox:1', command: [httpd, -f, -p, '80', -h, /tmp], init: true, stop_grace_period: 2s }
    networking: { networks: { inner: { aliases: [www], ipv4_address: 10.61.0.9, ipv6_address: 'fd00:61::9' }, outer: {} } }
    dependencies: [db]
  db:
    container: { image: 'busybox:1', command: [sleep, '1000'], init: true, stop_grace_period: 2s }
    networking: { networks: { inner: { aliases: [data] } } }
networks:
  inner:
    driver_opts: { ${driverOptions} }
    ipam: { config: [{ subnet: 10.61.0.0/24 }, { subnet: 'fd00:61::/64' }] }
  outer: {}
`;
}

const SHOP = shop('');
const MTU = "com.docker.network.driver.mtu: '1400'";

interface Attached {
  readonly id: string;
  readonly startedAt: string;
  readonly status: string;
  /** By physical name of the network. */
  readonly networks: Readonly<Record<string, Endpoint>>;
}

interface Endpoint {
  readonly NetworkID: string;
  readonly IPAddress: string;
  readonly Aliases: readonly string[];
  readonly IPAMConfig: unknown;
}

async function attachedOf({ docker }: DockerRepo, container: string): Promise<Attached> {
  const format = '{{json .Id}} {{json .State.StartedAt}} {{json .State.Status}} {{json .NetworkSettings.Networks}}';
  const [id = '', startedAt = '', status = '', ...rest] = (
    await docker('inspect', '--format', format, container)
  ).split(' ');
  return { id, startedAt, status, networks: JSON.parse(rest.join(' ')) as Attached['networks'] };
}

/** What is declared of an endpoint, without what each attachment brings anew. */
function declared({ networks }: Attached): unknown {
  const entries = Object.entries(networks).map(([name, { Aliases: aliases, IPAMConfig: asked }]) => [
    name,
    // Engines of 20.10 add the short id.
    { asked: asked ?? {}, aliases: aliases.filter((alias) => !/^[0-9a-f]{12}$/.test(alias)).toSorted() },
  ]);
  return Object.fromEntries(entries) as unknown;
}

async function idOfNetwork({ docker }: DockerRepo): Promise<string> {
  return docker('network', 'inspect', '--format', '{{.Id}}', NETWORK);
}

async function applied(repo: DockerRepo): Promise<void> {
  const { status, stdout, stderr } = await repo.trueup(APPLY);
  expect(status, stdout + stderr).toBe(0);
}

async function expectQuiet(repo: DockerRepo): Promise<void> {
  await repo.removeState();
  const { status, stdout } = await repo.trueup(['plan', '--detailed-exitcode']);
  expect(status, stdout).toBe(0);
}

/** As one service asks for another, which may have been started just now. */
async function expectReached({ docker }: DockerRepo, host: string): Promise<void> {
  const ask = `printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc -w 3 ${host} 80`;
  const isAnswered = async (): Promise<boolean> => {
    const answer = await docker('exec', 'shop-db-1', 'sh', '-c', ask).catch(String);
    return answer.startsWith('HTTP/1.');
  };
  await eventually(isAnswered, `${host} to answer`);
}

/** Another network of the same name, which says to be ours and is as declared. */
async function remakeNetwork({ docker }: DockerRepo): Promise<void> {
  const text = await docker('network', 'inspect', '--format', '{{json .Labels}}', NETWORK);
  const labels = Object.entries(JSON.parse(text) as Readonly<Record<string, string>>);
  await docker('network', 'rm', NETWORK);
  const subnets = ['--subnet', '10.61.0.0/24', '--ipv6', '--subnet', 'fd00:61::/64'];
  await docker(
    'network',
    'create',
    ...subnets,
    ...labels.flatMap(([name, value]) => ['--label', `${name}=${value}`]),
    NETWORK,
  );
}

describe('a network that is made anew under running services', () => {
  it('gets them back as they are, with their whole endpoints', async () => {
    await using repo = await dockerRepo({ [MANIFEST]: SHOP });
    await applied(repo);
    const [oldNetwork, ...before] = await Promise.all([idOfNetwork(repo), ...BOTH.map((one) => attachedOf(repo, one))]);
    await expectReached(repo, 'www');

    await repo.write({ [MANIFEST]: shop(MTU) });
    await applied(repo);

    const [newNetwork, ...after] = await Promise.all([idOfNetwork(repo), ...BOTH.map((one) => attachedOf(repo, one))]);
    expect(newNetwork).not.toBe(oldNetwork);
    for (const [index, one] of after.entries()) {
      expect(one).toMatchObject({ id: before[index]?.id, startedAt: before[index]?.startedAt, status: '"running"' });
      expect(one.networks[NETWORK]?.NetworkID).toBe(newNetwork);
      expect(declared(one)).toEqual(before[index] === undefined ? null : declared(before[index]));
    }
    expect(after[0]?.networks[NETWORK]?.IPAddress).toBe('10.61.0.9');
    await expectReached(repo, 'www');
    await expectReached(repo, 'web');
    await expectReached(repo, 'fd00:61::9');
    await expectQuiet(repo);
  });

  it('takes nobody off it where somebody else’s container would keep the old one', async () => {
    await using repo = await dockerRepo({ [MANIFEST]: SHOP });
    await applied(repo);
    await repo.docker('run', '--detach', '--name', 'foreign', '--network', NETWORK, 'busybox:1', 'sleep', '1000');
    const before = await Promise.all(BOTH.map((one) => attachedOf(repo, one)));
    await repo.write({ [MANIFEST]: shop(MTU) });

    const { status, stdout, stderr } = await repo.trueup(APPLY);

    expect(status).not.toBe(0);
    expect(stdout + stderr).toContain(`cannot remove the network ${NETWORK}: foreign still uses it`);
    expect(await Promise.all(BOTH.map((one) => attachedOf(repo, one)))).toEqual(before);
    await repo.docker('rm', '--force', 'foreign');
    await applied(repo);
    await expectQuiet(repo);
  });

  it('is joined by what is paused, which goes on afterwards', async () => {
    await using repo = await dockerRepo({ [MANIFEST]: SHOP });
    await applied(repo);
    const before = await attachedOf(repo, 'shop-web-1');
    await repo.docker('pause', 'shop-web-1');
    await repo.write({ [MANIFEST]: shop(MTU) });

    await applied(repo);

    const after = await attachedOf(repo, 'shop-web-1');
    expect(after).toMatchObject({ id: before.id, startedAt: before.startedAt, status: '"running"' });
    expect(declared(after)).toEqual(declared(before));
    await expectReached(repo, 'www');
    await expectQuiet(repo);
  });
});

describe('a stopped container', () => {
  it.each([
    { what: 'is gone', act: ({ docker }: DockerRepo) => docker('network', 'rm', NETWORK) },
    { what: 'is another one of the same name', act: remakeNetwork },
  ])('whose network $what is repaired, and started', async ({ act }) => {
    await using repo = await dockerRepo({ [MANIFEST]: SHOP });
    await applied(repo);
    const before = await Promise.all(BOTH.map((one) => attachedOf(repo, one)));
    await repo.docker('stop', '--time', '1', ...BOTH);
    await act(repo);

    const drift = await repo.trueup(['drift']);
    await applied(repo);

    expect(drift.status, drift.stdout).toBe(2);
    const network = await idOfNetwork(repo);
    const after = await Promise.all(BOTH.map((one) => attachedOf(repo, one)));
    expect(after.map(({ id, status }) => ({ id, status }))).toEqual(
      before.map(({ id }) => ({ id, status: '"running"' })),
    );
    expect(after.map((one) => one.networks[NETWORK]?.NetworkID)).toEqual([network, network]);
    expect(after.map(declared)).toEqual(before.map(declared));
    await expectReached(repo, 'www');
    await expectQuiet(repo);
  });
});

describe('a stop on purpose', () => {
  it('lasts while the network is made anew, and the start afterwards finds the new one', async () => {
    await using repo = await dockerRepo({ [MANIFEST]: SHOP });
    await applied(repo);
    expect(await repo.trueup(['stop', 'web'])).toMatchObject({ status: 0 });
    await repo.write({ [MANIFEST]: shop(MTU) });

    await applied(repo);
    const stopped = await attachedOf(repo, 'shop-web-1');
    const started = await repo.trueup(['start', 'web']);

    expect(stopped.status).toBe('"exited"');
    expect(started, started.stderr).toMatchObject({ status: 0 });
    const after = await attachedOf(repo, 'shop-web-1');
    expect(after).toMatchObject({ id: stopped.id, status: '"running"' });
    expect(after.networks[NETWORK]?.NetworkID).toBe(await idOfNetwork(repo));
    await expectReached(repo, 'www');
    await expectQuiet(repo);
  });
});
