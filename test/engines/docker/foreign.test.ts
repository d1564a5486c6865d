import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type DockerRepo, dockerRepo } from '../../support/docker/docker-repo.ts';
import { dockerWorld } from '../../support/docker/docker-world.ts';
import { fieldManifest, SCENE_FILES, sceneOf } from '../../support/docker/fields/scene.ts';
import { MANIFEST } from '../../support/shop.ts';

const FILES = { [MANIFEST]: fieldManifest([0, 1].map((index) => ({ scene: sceneOf(index) }))), ...SCENE_FILES };
const APPLY = ['apply', '--auto-approve'];
const DESTROY = ['destroy', 'local', '--volumes', '--auto-approve'];

/** A neighbour with everything, and one that Compose made. */
async function makeNeighbours({ docker }: DockerRepo): Promise<void> {
  await docker('network', 'create', '--label', 'team=core', 'theirs');
  await docker('volume', 'create', 'theirs');
  const compose = ['--label', 'com.docker.compose.project=shop', '--label', 'com.docker.compose.service=row-0'];
  const common = ['run', '--detach', '--init', '--network', 'theirs', '--volume', 'theirs:/data'];
  await docker(...common, '--name', 'theirs', 'busybox:1', 'sleep', '10000');
  await docker(...common, '--name', 'composed', ...compose, 'busybox:1', 'sleep', '10000');
  await docker('create', '--name', 'never-started', '--volume', '/anonymous', 'furnished:1');
}

/** Those of the same age come in any order. */
async function imagesOf({ docker }: DockerRepo): Promise<readonly string[]> {
  const images = await docker('images', '--all', '--no-trunc', '--format', '{{.ID}} {{.Repository}}:{{.Tag}}');
  return images.split('\n').toSorted();
}

describe('destroy', () => {
  it('leaves nothing of ours, and everything else exactly as it was', async () => {
    await using repo = await dockerRepo(FILES);
    const world = dockerWorld(repo.engine.calls);
    await makeNeighbours(repo);
    const before = [await world.snapshot(), await imagesOf(repo)];
    expect(await repo.trueup(APPLY)).toMatchObject({ status: 0 });
    expect(await repo.docker('ps', '--format', '{{.Names}}')).toContain('shop-row-1-1');

    const destroyed = await repo.trueup(DESTROY);

    expect(destroyed, destroyed.stderr).toMatchObject({ status: 0 });
    expect([await world.snapshot(), await imagesOf(repo)]).toEqual(before);
  });

  it('keeps the volumes unless told otherwise', async () => {
    const kept = { services: {}, volumes: { kept: {} } };
    await using repo = await dockerRepo({
      [MANIFEST]: `name: local\nproject: shop\nservices:\n  web:\n    container: { image: 'busybox:1', command: [sleep, '1000'], init: true }\n    storage: { volumes: ['kept:/data'] }\nvolumes: ${JSON.stringify(kept.volumes)}\n`,
    });
    expect(await repo.trueup(APPLY)).toMatchObject({ status: 0 });

    await repo.trueup(['destroy', 'local', '--auto-approve']);

    expect(await repo.docker('volume', 'ls', '--quiet')).toBe('shop_kept');
    expect(await repo.docker('ps', '--all', '--quiet')).toBe('');
  });
});

describe('another checkout with the same environment', () => {
  it.each([
    { kind: 'a clone', make: (repo: DockerRepo, at: string) => repo.git('clone', '--quiet', repo.root, at) },
    {
      kind: 'a linked worktree',
      make: (repo: DockerRepo, at: string) => repo.git('worktree', 'add', '--quiet', '-b', 'other', at),
    },
  ])('$kind is a conflict that names this one, and changes nothing', async ({ make }) => {
    await using repo = await dockerRepo(FILES);
    const world = dockerWorld(repo.engine.calls);
    const other = join(repo.scratch, 'other');
    await make(repo, other);
    expect(await repo.trueup(APPLY)).toMatchObject({ status: 0 });
    const before = await world.snapshot();

    const applied = await repo.trueup(APPLY, { cwd: other });
    const destroyed = await repo.trueup(DESTROY, { cwd: other });

    expect(applied.status, applied.stdout).not.toBe(0);
    expect(`${applied.stdout}${applied.stderr}`).toContain(repo.root);
    expect(await world.snapshot(), destroyed.stdout).toBe(before);
  });

  it('with a project of its own lives beside it, and neither touches the other’s', async () => {
    await using repo = await dockerRepo(FILES);
    const world = dockerWorld(repo.engine.calls);
    const other = join(repo.scratch, 'other');
    await repo.git('clone', '--quiet', repo.root, other);
    expect(await repo.trueup(APPLY)).toMatchObject({ status: 0 });
    const alone = await world.snapshot();
    const moved = fieldManifest([5, 6].map((index) => ({ scene: sceneOf(index) }))).replace(
      'project: shop',
      'project: two',
    );
    await repo.write({ '../other/environments/local/environment.yaml': moved });

    const applied = await repo.trueup(APPLY, { cwd: other });
    const quiet = await repo.trueup(['drift']);
    const destroyed = await repo.trueup(DESTROY, { cwd: other });

    expect(applied, applied.stderr).toMatchObject({ status: 0 });
    expect(quiet, quiet.stdout).toMatchObject({ status: 0 });
    expect(destroyed, destroyed.stderr).toMatchObject({ status: 0 });
    expect(await world.snapshot()).toBe(alone);
  });
});

describe('what is external', () => {
  const external = `name: local
project: shop
services:
  web:
    container: { image: 'busybox:1', command: [sleep, '1000'], init: true }
    networking: { networks: [theirs] }
    storage: { volumes: ['theirs:/data'] }
networks: { theirs: { external: true } }
volumes: { theirs: { external: true } }
`;

  it('is used, and stays as it is', async () => {
    await using repo = await dockerRepo({ [MANIFEST]: external });
    await makeNeighbours(repo);
    const world = dockerWorld(repo.engine.calls);
    const before = await world.snapshot();

    const applied = await repo.trueup(APPLY);
    const networks = await repo.docker('inspect', '--format', '{{json .NetworkSettings.Networks}}', 'shop-web-1');
    const quiet = await repo.trueup(['plan', '--detailed-exitcode']);
    await repo.trueup(DESTROY);

    expect(applied, applied.stderr).toMatchObject({ status: 0 });
    expect(Object.keys(JSON.parse(networks) as object)).toEqual(['theirs']);
    expect(quiet, quiet.stdout).toMatchObject({ status: 0 });
    expect(await world.snapshot()).toBe(before);
  });

  it('must be there', async () => {
    await using repo = await dockerRepo({ [MANIFEST]: external });

    const applied = await repo.trueup(APPLY);

    expect(applied.status).not.toBe(0);
    expect(`${applied.stdout}${applied.stderr}`).toContain('theirs');
    expect(await repo.docker('ps', '--all', '--quiet')).toBe('');
  });
});
