import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dockerRepo } from '../../support/docker/docker-repo.ts';
import { dockerWorld } from '../../support/docker/docker-world.ts';
import { MANIFEST } from '../../support/shop.ts';

const SHOP = `name: local
project: shop
services:
  web:
    container: { image: 'busybox:1', command: [sleep, '1000'], init: true }
    networking: { networks: [inner] }
    storage: { volumes: ['data:/data'] }
networks: { inner: {} }
volumes: { data: { deletion_policy: delete } }
`;

describe('--adopt', () => {
  it('takes over containers, networks and volumes of a clone that is gone, as they are, and destroys them', async () => {
    await using repo = await dockerRepo({ [MANIFEST]: SHOP });
    const world = dockerWorld(repo.engine.calls);
    const empty = await world.snapshot();
    const clone = join(repo.scratch, 'clone');
    await repo.git('clone', '--quiet', repo.root, clone);
    await repo.trueup(['apply', '--auto-approve'], { cwd: clone });
    const before = await world.snapshot();
    await rm(clone, { recursive: true });

    const adopted = await repo.trueup(['apply', '--adopt', '--auto-approve']);
    const left = await world.snapshot();
    const quiet = await repo.trueup(['drift']);
    const destroyed = await repo.trueup(['destroy', 'local', '--volumes', '--auto-approve']);

    expect(adopted, adopted.stdout + adopted.stderr).toMatchObject({ status: 0 });
    expect(adopted.stderr).toContain(`the checkout ${clone} has left: shop-web-1, shop_data, shop_inner`);
    expect(left).toEqual(before);
    expect(quiet, quiet.stdout).toMatchObject({ status: 0 });
    expect(destroyed, destroyed.stderr).toMatchObject({ status: 0 });
    expect(await world.snapshot()).toEqual(empty);
  });
});
