import { describe, expect, it } from 'vitest';
import { type DockerRepo, dockerRepo } from '../../support/docker/docker-repo.ts';
import { MANIFEST } from '../../support/shop.ts';

const APPLY = ['apply', '--auto-approve'];
const FROZEN = 'shop-web-1';

/** Two services on one network that no engine changes in place. */
function shop({ mtu = '1500', mode = 'slow' }: { readonly mtu?: string; readonly mode?: string } = {}): string {
  const service = (name: string): string => `  ${name}:
    container: { image: 'busybox:1', command: [sleep, '1000'], init: true, stop_grace_period: 2s }
    networking: { networks: [inner] }
    environment_variables: { MODE: ${mode} }
`;
  return `name: local
project: shop
services:
${service('web')}${service('db')}networks:
  inner: { driver_opts: { com.docker.network.driver.mtu: '${mtu}' } }
`;
}

/** What stands there: id, since when it runs, and where it is attached. */
async function standing({ docker }: DockerRepo, container: string): Promise<string> {
  return docker('inspect', '--format', '{{.Id}} {{.State.StartedAt}} {{json .NetworkSettings.Networks}}', container);
}

describe('a frozen container', () => {
  it('keeps its network, its process and its settings while its neighbours are changed', async () => {
    await using repo = await dockerRepo({ [MANIFEST]: shop() });
    const first = await repo.trueup(APPLY);
    const [web, db] = [await standing(repo, FROZEN), await standing(repo, 'shop-db-1')];
    await repo.trueup(['freeze', 'web', '--reason', 'a debugger is attached']);
    await repo.write({ [MANIFEST]: shop({ mtu: '1400', mode: 'fast' }) });

    const applied = await repo.trueup(APPLY);
    const left = await standing(repo, FROZEN);
    const changed = await standing(repo, 'shop-db-1');
    await repo.trueup(['freeze', 'web', '--end']);
    const healed = await repo.trueup(APPLY);
    const plan = await repo.trueup(['plan', '--detailed-exitcode']);

    expect(first.status, first.stderr).toBe(0);
    expect(applied.status, applied.stderr).toBe(0);
    expect(left).toBe(web);
    expect(changed).not.toBe(db);
    expect(applied.stdout).toContain('network.inner stays as it is: replacing it reaches into service.web');
    expect(healed.status, healed.stderr).toBe(0);
    expect(await standing(repo, FROZEN)).not.toBe(web);
    expect(await repo.docker('network', 'inspect', '--format', '{{json .Options}}', 'shop_inner')).toContain('1400');
    expect(plan.status, plan.stdout).toBe(0);
  });
});
