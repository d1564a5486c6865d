import { expect, it } from 'vitest';
import { dockerDriver } from '../../../src/drivers/docker/index.ts';
import type { StepContext } from '../../../src/drivers/step-context.ts';
import type { Step } from '../../../src/model/plan.ts';
import { type DockerRepo, dockerRepo } from '../../support/docker/docker-repo.ts';
import { MANIFEST } from '../../support/shop.ts';
import { serviceConfig } from '../../unit/drivers/docker/fields/scene.ts';

const SHOP = `name: local
project: shop
services:
  web:
    container: { image: 'busybox:1', command: [sleep, '1000'], init: true }
`;

it('a container of an image that somebody made of ours is theirs, and ours where a manifest declares the image', async () => {
  await using repo = await dockerRepo({ [MANIFEST]: SHOP });
  await using _image = removed(repo, 'shop-debug:1');
  expect(await repo.trueup(['apply', '--auto-approve'])).toMatchObject({ status: 0 });
  await repo.docker('commit', 'shop-web-1', 'shop-debug:1');
  await repo.docker('run', '--detach', '--init', '--name', 'debug', 'shop-debug:1', 'sleep', '1000');
  const quiet = await repo.trueup(['plan', '--detailed-exitcode']);

  await repo.write({ [MANIFEST]: SHOP.replace('busybox:1', 'shop-debug:1') });
  const applied = await repo.trueup(['apply', '--auto-approve']);
  const again = await repo.trueup(['plan', '--detailed-exitcode']);

  expect(quiet, quiet.stdout).toMatchObject({ status: 0 });
  expect(applied, applied.stderr).toMatchObject({ status: 0 });
  expect(again, again.stdout).toMatchObject({ status: 0 });
  expect(await repo.docker('inspect', '--format', '{{.Config.Image}}', 'shop-web-1')).toBe('shop-debug:1');
  expect(await repo.docker('inspect', '--format', '{{.State.Running}}', 'debug', 'shop-web-1')).toBe('true\ntrue');
});

it('a volume that is gone by the time its container is made is made as ours', async () => {
  await using repo = await dockerRepo({ [MANIFEST]: SHOP });
  const host = { name: 'docker', driver: 'docker', settings: { host: repo.engine.host } };
  await using actuator = disposable(await dockerDriver.actuator(host));
  const mount = { type: 'volume', volume: 'data', container_path: '/data', mode: 'rw' };
  const args = {
    name: 'shop-web-1',
    config: serviceConfig({ container: { image: 'busybox:1' }, storage: { volumes: { '/data': mount } } }),
    networks: {},
    anonymous: {},
    volumes: { data: 'shop_data' },
    declared_volumes: { data: { config: { driver: 'local', driver_opts: {}, labels: { team: 'core' } } } },
  };

  await actuator.run({ verb: 'create', address: 'service.web', args } as unknown as Step, CONTEXT);

  const labels = JSON.parse(
    await repo.docker('volume', 'inspect', '--format', '{{json .Labels}}', 'shop_data'),
  ) as unknown;
  expect(labels).toMatchObject({
    'dev.trueup.owner': 'me',
    'dev.trueup.address': 'volume.data',
    'dev.trueup.environment': 'local',
    team: 'core',
  });
});

const CONTEXT: StepContext = {
  signal: new AbortController().signal,
  vault: { reveal: () => '', mask: (text) => text },
  owners: ['me'],
  run: '01RUN',
  ownership: { owner: 'me', project: 'shop', environment: 'local', checkout: null, revision: null },
  progress: () => undefined,
};

function disposable<T extends { close(): Promise<void> }>(one: T): T & AsyncDisposable {
  return Object.assign(one, { [Symbol.asyncDispose]: () => one.close() });
}

/** Takes the image off the engine, and whatever was made from it. */
function removed(repo: DockerRepo, image: string): AsyncDisposable {
  return {
    async [Symbol.asyncDispose]() {
      const made = await repo.docker('ps', '--all', '--quiet', '--filter', `ancestor=${image}`);
      if (made !== '') await repo.docker('rm', '--force', ...made.split('\n'));
      await repo.docker('rmi', '--force', image);
    },
  };
}
