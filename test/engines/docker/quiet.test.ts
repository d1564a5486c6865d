import { expect, it } from 'vitest';
import { dockerRepo } from '../../support/docker/docker-repo.ts';
import { fieldManifest, SCENE_FILES, sceneOf } from '../../support/docker/fields/scene.ts';
import { MANIFEST } from '../../support/shop.ts';

it('an environment with every field in use, which nobody touches, has no drift, time after time', async () => {
  await using repo = await dockerRepo({ [MANIFEST]: fieldManifest([{ scene: sceneOf(0) }]), ...SCENE_FILES });
  expect(await repo.trueup(['apply', '--auto-approve'])).toMatchObject({ status: 0 });

  // Each is a command of its own: on one engine a hundred of them are enough to find what changes by itself.
  const times = repo.engine.kind === 'debian' ? 20 : 100;
  for (let time = 1; time <= times; time += 1) {
    const { status, stdout, stderr } = await repo.trueup(['drift', '--no-report']);
    expect(status, `the ${time}th time:\n${stdout}${stderr}`).toBe(0);
  }
});
