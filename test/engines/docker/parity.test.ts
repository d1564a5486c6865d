/** `parity` on a real engine: what runs, changed by the engine's own command line, against what is declared. */
import { expect, it } from 'vitest';
import { dockerRepo } from '../../support/docker/docker-repo.ts';
import { fieldManifest, SCENE_FILES, sceneOf } from '../../support/docker/fields/scene.ts';
import { PLAIN_IMAGE } from '../../support/docker/images.ts';
import { parsed } from '../../support/matching.ts';
import { MANIFEST } from '../../support/shop.ts';

interface Told {
  readonly service_diffs: readonly {
    readonly service_name: string;
    readonly differences: readonly {
      readonly field_path: string;
      readonly source_value: unknown;
      readonly target_value: unknown;
    }[];
  }[];
  readonly metadata: { readonly resource_diffs: Told['service_diffs'] };
}

function differing(stdout: string): readonly unknown[] {
  const { service_diffs: services, metadata } = parsed(stdout) as Told;
  return [...services, ...metadata.resource_diffs].flatMap(({ service_name: name, differences }) =>
    differences.map(({ field_path: path, source_value: source, target_value: target }) => [name, path, source, target]),
  );
}

function shop(): string {
  return `
services:
  db:
    container: { image: "${PLAIN_IMAGE}", command: [sleep, "1000"] }
    storage: { volumes: ["data:/data"] }
    health_check: { test: [CMD, "true"], interval: 1s }
  web: { container: { image: "${PLAIN_IMAGE}", command: [sleep, "2000"] }, dependencies: [db] }
volumes: { data: {} }
`;
}

it('finds exactly what was done to one of two environments, and what is declared knows nothing of it', async () => {
  await using repo = await dockerRepo({
    'environments/one/environment.yaml': shop(),
    'environments/two/environment.yaml': shop(),
  });
  expect(await repo.trueup(['apply', 'one', 'two', '--auto-approve'])).toMatchObject({ status: 0 });
  const runtime = ['parity', 'one', 'two', '--mode', 'runtime', '--output', 'json', '--no-report'];
  const before = await repo.trueup(runtime);

  await repo.docker('update', '--memory', '64m', '--memory-swap', '64m', 'two-web-1');
  const after = await repo.trueup(runtime);
  const declared = await repo.trueup(['parity', 'one', 'two', '--mode', 'structural', '--no-report']);

  expect([before.status, differing(before.stdout)]).toEqual([0, []]);
  expect(after.status).toBe(2);
  expect(differing(after.stdout)).toEqual([['web', expect.stringMatching(/memory_limit/), null, '64MiB']]);
  expect(declared.status).toBe(0);
});

it('holds an environment with every field in use, as it was observed, against its own manifests', async () => {
  await using repo = await dockerRepo({ [MANIFEST]: fieldManifest([{ scene: sceneOf(0) }]), ...SCENE_FILES });
  expect(await repo.trueup(['apply', '--auto-approve'])).toMatchObject({ status: 0 });
  await repo.trueup(['observe', '--out', 'seen.json']);

  const structural = await repo.trueup(['parity', 'seen.json', 'local', '--mode', 'structural', '-o', 'json']);

  expect(differing(structural.stdout)).toEqual([]);
});
