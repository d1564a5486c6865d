import { describe, expect, it } from 'vitest';
import { type DockerRepo, dockerRepo } from '../../support/docker/docker-repo.ts';
import { MANIFEST } from '../../support/shop.ts';

const SHOP = `name: local
project: shop
services:
  web:
    container: { image: 'busybox:1', command: [sh, -c, 'echo hello; exec sleep 1000'], init: true }
    dependencies: [db]
  db:
    container: { image: 'busybox:1', command: [sleep, '1000'], init: true }
    storage: { volumes: ['data:/data'] }
volumes: { data: {} }
`;

describe('other tools', () => {
  it('find Compose’s labels on our containers, networks and volumes', async () => {
    await using repo = await dockerRepo({ [MANIFEST]: SHOP });
    expect(await repo.trueup(['apply', '--auto-approve'])).toMatchObject({ status: 0 });

    expect(await labelsOf(repo, '{{json .Config.Labels}}', 'shop-web-1')).toMatchObject({
      'com.docker.compose.project': 'shop',
      'com.docker.compose.service': 'web',
      'com.docker.compose.container-number': '1',
      'com.docker.compose.oneoff': 'False',
      'com.docker.compose.config-hash': textOf(/./),
      'com.docker.compose.depends_on': textOf(/^db:service_started/),
    });
    expect(await labelsOf(repo, '{{json .Labels}}', '--type', 'network', 'shop_default')).toMatchObject({
      'com.docker.compose.project': 'shop',
      'com.docker.compose.network': 'default',
    });
    expect(await labelsOf(repo, '{{json .Labels}}', '--type', 'volume', 'shop_data')).toMatchObject({
      'com.docker.compose.project': 'shop',
      'com.docker.compose.volume': 'data',
    });
  });

  it('show our containers: docker compose ls, ps and logs', async ({ skip }) => {
    await using repo = await dockerRepo({ [MANIFEST]: SHOP });
    const version = await repo.docker('compose', 'version').catch(() => null);
    skip(version === null, 'there is no docker compose here');
    expect(await repo.trueup(['apply', '--auto-approve'])).toMatchObject({ status: 0 });

    const projects = await repo.docker('compose', 'ls', '--format', 'json');
    const containers = await repo.docker(
      'compose',
      '--project-name',
      'shop',
      'ps',
      '--format',
      '{{.Service}} {{.State}}',
    );
    const logs = await repo.docker('compose', '--project-name', 'shop', 'logs', 'web');

    expect(JSON.parse(projects)).toMatchObject([{ Name: 'shop', Status: 'running(2)' }]);
    expect(containers.split('\n').toSorted()).toEqual(['db running', 'web running']);
    expect(logs).toContain('hello');
  });
});

/** Vitest types its matchers as anything at all. */
function textOf(pattern: RegExp): unknown {
  return expect.stringMatching(pattern) as unknown;
}

async function labelsOf({ docker }: DockerRepo, format: string, ...object: readonly string[]): Promise<unknown> {
  return JSON.parse(await docker('inspect', '--format', format, ...object)) as unknown;
}
