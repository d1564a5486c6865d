import { describe, expect, it } from 'vitest';
import { type DockerRepo, dockerRepo } from '../../support/docker/docker-repo.ts';
import { engineUnderTest } from '../../support/docker/engine-under-test.ts';
import { RecordingSocket } from '../../support/docker/recording-socket.ts';
import { MANIFEST } from '../../support/shop.ts';

const APPLY = ['apply', '--auto-approve'];
const PRECIOUS = ['sh', '-c', 'cat /data/precious'];

/** A volume keeps its key and gets another name, under a service that runs. */
function named(name: string): Readonly<Record<string, string>> {
  const web = {
    container: { image: 'busybox:1', command: ['sleep', '1000'], init: true },
    storage: { volumes: ['data:/data'] },
  };
  return {
    [MANIFEST]: JSON.stringify({ name: 'local', project: 'shop', services: { web }, volumes: { data: { name } } }),
  };
}

async function standing({ docker }: DockerRepo): Promise<readonly string[]> {
  const containers = await docker('ps', '--all', '--format', '{{.Names}}={{.State}}');
  const volumes = (await docker('volume', 'ls', '--quiet')).split('\n');
  return [
    ...containers.split('\n'),
    ...volumes.map((name) => name.replace(/^[0-9a-f]{64}$/, '(anonymous)')),
  ].toSorted();
}

describe('a volume that gets another name', () => {
  it('keeps its data wherever the run is cut off, and the next apply leaves one of it and nothing that helped', async () => {
    let lastWrites = Number.POSITIVE_INFINITY;
    // Each generation takes every other one: it is the same code that is cut off.
    for (let cut = engineUnderTest().kind === 'current' ? 2 : 1; cut <= lastWrites; cut += 2) {
      await using recording = await RecordingSocket.before(engineUnderTest().socket);
      await using repo = await dockerRepo(named('before'), recording);
      expect(await repo.trueup(APPLY)).toMatchObject({ status: 0 });
      await repo.docker('exec', 'shop-web-1', 'sh', '-c', 'echo orders >/data/precious');
      await repo.write(named('after'));
      recording.reset();
      let writes = 0;
      const isCut = ({ method }: { readonly method: string }): boolean => {
        if (method === 'GET' || method === 'HEAD') return false;
        writes += 1;
        return writes >= cut;
      };
      recording.rule({ matches: isCut, trouble: { kind: 'cut', when: cut % 2 === 0 ? 'before' : 'after_effect' } });

      const first = await repo.trueup(APPLY);
      if (first.status === 0) lastWrites = cut;
      recording.reset();
      await repo.removeState();
      const healed = await repo.trueup(APPLY);

      expect(healed.status, `cut at write ${cut}: ${healed.stdout}${healed.stderr}`).toBe(0);
      expect(await standing(repo), `cut at write ${cut}`).toEqual(['after', 'shop-web-1=running']);
      expect(await repo.docker('exec', 'shop-web-1', ...PRECIOUS)).toBe('orders');
      expect(await repo.trueup(['plan', '--detailed-exitcode'])).toMatchObject({ status: 0 });
    }
    expect(lastWrites).toBeGreaterThan(5);
  });

  it('keeps the owner, the mode and the time of its own folder, too', async () => {
    await using repo = await dockerRepo(named('before'));
    await repo.trueup(APPLY);
    const shape = ['exec', 'shop-web-1', 'stat', '-c', '%u:%g %a %Y', '/data'];
    await repo.docker('exec', 'shop-web-1', 'sh', '-c', 'touch /data/f; chown 9:10 /data; chmod 2711 /data');
    await repo.docker('exec', 'shop-web-1', 'touch', '-d', '2020-01-31 10:00', '/data');
    const before = await repo.docker(...shape);
    await repo.write(named('after'));

    expect(await repo.trueup(APPLY)).toMatchObject({ status: 0 });
    expect(await repo.docker(...shape)).toBe(before);
  });

  it('stays under its service where somebody else’s container would keep the old one', async () => {
    await using repo = await dockerRepo(named('before'));
    expect(await repo.trueup(APPLY)).toMatchObject({ status: 0 });
    await repo.docker('create', '--name', 'foreign', '--volume', 'before:/data', 'busybox:1');
    await repo.write(named('after'));

    const { status, stdout, stderr } = await repo.trueup(APPLY);

    expect(status).not.toBe(0);
    expect(stdout + stderr).toContain('cannot remove the volume before: foreign still holds it');
    expect(await standing(repo)).toEqual(['before', 'foreign=created', 'shop-web-1=running']);
    await repo.docker('rm', 'foreign');
  });
});

describe('a volume that nobody named', () => {
  function shop(subnet: string, command: readonly string[]): Readonly<Record<string, string>> {
    const networks = { inner: { ipam: { config: [{ subnet }] } } };
    const container = { image: 'busybox:1', command, init: true };
    const web = { container, networking: { networks: ['inner'] }, storage: { volumes: ['/data'] } };
    return { [MANIFEST]: JSON.stringify({ name: 'local', project: 'shop', services: { web }, networks }) };
  }

  it('outlives that its service cannot be made anew, because a network of it cannot', async () => {
    await using repo = await dockerRepo(shop('10.62.0.0/24', ['sleep', '1000']));
    expect(await repo.trueup(APPLY)).toMatchObject({ status: 0 });
    await repo.docker('exec', 'shop-web-1', 'sh', '-c', 'echo orders >/data/precious');
    await repo.docker('network', 'create', '--subnet', '10.63.0.0/24', 'foreign');

    await repo.write(shop('10.63.0.0/25', ['sleep', '1001']));
    for (const _ of ['once', 'and again']) expect((await repo.trueup(APPLY)).status).not.toBe(0);
    await repo.docker('network', 'rm', 'foreign');
    const healed = await repo.trueup(APPLY);

    expect(healed.status, healed.stdout + healed.stderr).toBe(0);
    expect(await repo.docker('exec', 'shop-web-1', ...PRECIOUS)).toBe('orders');
    expect(await standing(repo)).toHaveLength(2);
    expect(await repo.trueup(['plan', '--detailed-exitcode'])).toMatchObject({ status: 0 });
  });
});
