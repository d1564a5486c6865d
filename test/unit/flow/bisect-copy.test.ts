import { describe, expect, it } from 'vitest';
import { copyOf } from '../../../src/flow/bisect-copy.ts';
import type { DesiredEnvironment, DesiredResource } from '../../../src/model/desired.ts';
import { memberAt } from '../../../src/model/json.ts';
import { loadOne, memoryTree } from '../manifest/support.ts';

const MANIFEST = `
project: shop
policies: { on_failure: rollback, rollback: environment, prune: false }
services:
  web:
    name: the-web
    container: { image: 'a:1', command: [serve] }
    protect: true
    networking:
      ports: ['8080:80', '127.0.0.1:9090:80', '53:53/udp', '81']
      networks: { inner: { aliases: [www], ipv4_address: 172.31.9.10 } }
    storage: { volumes: ['data:/data', './conf:/conf', '/etc/hosts:/etc/hosts:ro'] }
    labels: { traefik.enable: 'true' }
    environment_variables: { LEVEL: '1' }
  worker:
    process: { command: [run] }
    networking: { ports: [3000] }
    dependencies: { web: { condition: service_started } }
volumes:
  data: { name: the-data, protect: true, metadata: { backup_enabled: true } }
  elsewhere: { driver_opts: { type: none, o: bind, device: /srv/data } }
  theirs: { external: true }
networks:
  inner:
    name: the-net
    driver_opts: { com.docker.network.bridge.name: br-shop, com.docker.network.driver.mtu: '1400' }
    ipam: { config: [{ subnet: 172.31.9.0/24 }] }
`;

async function copied(): Promise<{
  readonly real: DesiredEnvironment;
  of(address: DesiredResource['address']): DesiredResource;
  readonly copy: DesiredEnvironment;
}> {
  const mounted = memoryTree({ 'environments/local/conf': 'x' });
  const real = await loadOne(MANIFEST, { mounted });
  const copy = copyOf(real, 'shop');
  return {
    real,
    copy,
    of(address) {
      const resource = copy.resources.get(address);
      if (resource === undefined) throw new Error(`${address} is not copied`);
      return resource;
    },
  };
}

describe('the copy of an environment', () => {
  it('has a name and a project of its own, so that nothing of it counts as the real one', async () => {
    const { copy } = await copied();

    expect(copy).toMatchObject({ name: 'local-bisect', project: 'shop-bisect' });
  });

  it('has names of its own where the manifests fix them, too', async () => {
    const { copy, real } = await copied();

    const names = [...copy.resources.values()]
      .filter(({ external, type }) => !external && type !== 'image')
      .map(({ name }) => name);

    expect(names.toSorted()).toEqual([
      'shop-bisect-web-1',
      'shop-bisect-worker-1',
      'shop-bisect_data',
      'shop-bisect_elsewhere',
      'shop-bisect_inner',
    ]);
    for (const { name } of real.resources.values()) expect(names).not.toContain(name);
  });

  it('uses what somebody else made as it is', async () => {
    const { of, real } = await copied();

    expect(of('volume.theirs')).toEqual(real.resources.get('volume.theirs'));
  });

  it('leaves host ports and addresses of containers to the engine, and those of processes as they are', async () => {
    const { of, real } = await copied();

    const ports = memberAt(of('service.web').config, 'networking', 'ports');

    expect(ports).toEqual({
      ':80/tcp': { host_port: null, container_port: 80, protocol: 'tcp', host_ip: null },
      '127.0.0.1::80/tcp': { host_port: null, container_port: 80, protocol: 'tcp', host_ip: '127.0.0.1' },
      ':53/udp': { host_port: null, container_port: 53, protocol: 'udp', host_ip: null },
      ':81/tcp': { host_port: null, container_port: 81, protocol: 'tcp', host_ip: null },
    });
    expect(memberAt(of('service.web').config, 'networking', 'networks', 'inner')).toMatchObject({
      ipv4_address: null,
      aliases: ['web', 'www'],
    });
    expect(of('network.inner').config).toMatchObject({
      ipam: { config: {} },
      driver_opts: { 'com.docker.network.driver.mtu': '1400' },
    });
    expect(memberAt(of('network.inner').config, 'driver_opts', 'com.docker.network.bridge.name')).toBeNull();
    expect(of('service.worker').config['networking']).toEqual(
      real.resources.get('service.worker')?.config['networking'],
    );
  });

  it('cannot write to this machine, nor to real data, and is nothing that other tools act on', async () => {
    const { of } = await copied();

    const { config } = of('service.web');
    const modes = Object.values(memberAt(config, 'storage', 'volumes') as object).map(
      (mount: { volume: unknown; mode: unknown }) => [mount.volume, mount.mode],
    );

    expect(modes).toEqual(
      expect.arrayContaining([
        ['data', 'rw'],
        [null, 'ro'],
        [null, 'ro'],
      ]),
    );
    expect(config['labels']).toEqual({});
    expect(of('volume.elsewhere').config['driver_opts']).toEqual({});
  });

  it('is nothing to keep: neither protected nor backed up', async () => {
    const { copy, of } = await copied();

    expect(copy.policies).toMatchObject({ on_failure: 'stop', prune: true });
    for (const address of ['service.web', 'volume.data'] as const) {
      expect(of(address)).toMatchObject({ protect: false, deletion_policy: 'delete', on_failure: 'stop' });
      expect(of(address).config).toMatchObject({ protect: false });
    }
    expect(memberAt(of('volume.data').config, 'metadata', 'backup_enabled')).toBe(false);
  });

  it('is otherwise what is declared', async () => {
    const { of, real } = await copied();

    const { config, dependencies } = of('service.worker');

    expect(dependencies).toEqual(real.resources.get('service.worker')?.dependencies);
    expect(config['process']).toEqual(real.resources.get('service.worker')?.config['process']);
    expect(of('service.web').config['environment_variables']).toEqual({ LEVEL: '1' });
  });
});
