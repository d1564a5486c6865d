import { expect, it } from 'vitest';
import { dockerRepo } from '../../support/docker/docker-repo.ts';
import { fieldManifest, SCENE_FILES, sceneOf } from '../../support/docker/fields/scene.ts';
import { MANIFEST } from '../../support/shop.ts';

it('an environment with every field in use, which nobody touches, has no drift a hundred times in a row', async () => {
  await using repo = await dockerRepo({ [MANIFEST]: fieldManifest([{ scene: sceneOf(0) }]), ...SCENE_FILES });
  expect(await repo.trueup(['apply', '--auto-approve'])).toMatchObject({ status: 0 });

  for (let time = 1; time <= 100; time += 1) {
    const { status, stdout, stderr } = await repo.trueup(['drift', '--no-report']);
    expect(status, `the ${time}th time:\n${stdout}${stderr}`).toBe(0);
  }
});
