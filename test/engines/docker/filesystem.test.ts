/** What somebody does in a container's own files by hand: `drift --filesystem` lists it, and nothing else comes of it. */
import { expect, it } from 'vitest';
import { parseJson } from '../../../src/model/json.ts';
import { dockerRepo } from '../../support/docker/docker-repo.ts';
import { schemaErrors } from '../../support/schemas.ts';
import { MANIFEST } from '../../support/shop.ts';

const MANIFEST_TEXT = `name: local
project: shop
services:
  calm:
    container: { image: "busybox:1", command: [sleep, "1000"], init: true, stop_grace_period: 0s }
  web:
    container: { image: "busybox:1", command: [sleep, "1000"], init: true, stop_grace_period: 0s }
    storage: { volumes: ["data:/srv/deep/data"] }
    environment_variables: { KEY: { secret: true, value: hunter-77 } }
volumes: { data: {} }
`;

it('lists what changed in the own files of containers, and not what is mounted or was made to mount it', async () => {
  await using repo = await dockerRepo({ [MANIFEST]: MANIFEST_TEXT });
  const applied = await repo.trueup(['apply', '--auto-approve']);
  expect(applied, applied.stdout + applied.stderr).toMatchObject({ status: 0 });
  const script = [
    'mkdir -p /opt/tool/bin && touch /opt/tool/bin/a /opt/tool/b',
    'chmod 711 /root',
    'rm /bin/cal',
    'touch /srv/deep/data/mounted /var/hunter-77 "/tmp/a\nb"',
  ].join(' && ');
  await repo.docker('exec', 'shop-web-1', 'sh', '-c', script);

  const asked = await repo.trueup(['drift', '--filesystem', '--output', 'json']);

  expect(asked, asked.stderr).toMatchObject({ status: 0 });
  const document = parseJson(asked.stdout);
  expect(schemaErrors('drift', document)).toEqual([]);
  expect(document).toMatchObject({ resource_drift: [], filesystem_omitted: [], filesystem_unseen: [] });
  expect((document as { filesystem: unknown }).filesystem).toEqual([
    { address: 'service.web', path: '/bin/cal', change: 'deleted' },
    { address: 'service.web', path: '/opt', change: 'added' },
    { address: 'service.web', path: '/root', change: 'changed' },
    { address: 'service.web', path: '/tmp/a\nb', change: 'added' },
    { address: 'service.web', path: '/var/(secret)', change: 'added' },
  ]);
  const told = await repo.trueup(['drift', '--filesystem', 'local/service.calm']);
  expect(told.stdout).toContain('Own files of services:\n  nothing changed\n');
  expect(await repo.trueup(['plan', '--detailed-exitcode'])).toMatchObject({ status: 0 });
});
