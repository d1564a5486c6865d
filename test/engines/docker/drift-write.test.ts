import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dockerRepo } from '../../support/docker/docker-repo.ts';
import { MANIFEST } from '../../support/shop.ts';
import { schemaErrors } from '../../support/schemas.ts';
import { parseJson } from '../../../src/model/json.ts';

const SERVICE = 'container: { image: "busybox:1", command: [sleep, "1000"], init: true, stop_grace_period: 0s }';

const LOCAL = `# A laptop
name: local
project: shop
extends: ../base
variables: { memory: 64MiB }

services:
  # the front
  web:
    ${SERVICE}
    networking: { networks: [internal] } # and no other
    resource_limits:
      cpu_limit: 0.5   # half
      memory_limit: "\${memory}"
    environment_variables: { KEY: { secret: true, value: hunter-77 } }

networks: { internal: {}, extra: {} }
`;

const BASE = `abstract: true
services:
  db:
    ${SERVICE}
    resource_limits: { memory_limit: 32MiB }
`;

describe('drift --write', () => {
  it('writes what the engine was told by hand, and leaves nothing to plan', async () => {
    await using repo = await dockerRepo({ [MANIFEST]: LOCAL, 'environments/base/main.yaml': BASE });
    const applied = await repo.trueup(['apply', '--auto-approve']);
    expect(applied, applied.stdout + applied.stderr).toMatchObject({ status: 0 });
    await repo.docker('update', '--cpus', '0.25', '--memory', '96m', '--memory-swap', '-1', 'shop-web-1');
    await repo.docker('update', '--memory', '48m', '--memory-swap', '-1', 'shop-db-1');
    await repo.docker('network', 'connect', '--alias', 'web', 'shop_extra', 'shop-web-1');
    await repo.docker('network', 'disconnect', 'shop_internal', 'shop-web-1');
    await repo.docker('rename', 'shop-db-1', 'my-db');

    const asked = await repo.trueup(['drift', '--write']);
    expect(asked).toMatchObject({ status: 64 });
    expect(asked.stdout).toContain('-      cpu_limit: 0.5   # half\n');
    expect(asked.stdout).toContain('+      cpu_limit: 0.25   # half\n');
    expect(await readFile(join(repo.root, MANIFEST), 'utf8')).toBe(LOCAL);

    const wrote = await repo.trueup(['drift', '--write', '--auto-approve', '-o', 'json']);

    expect(wrote, wrote.stdout + wrote.stderr).toMatchObject({ status: 0 });
    const document = parseJson(wrote.stdout);
    expect(schemaErrors('drift', document)).toEqual([]);
    expect(document).toMatchObject({ writing: { written: true, by_hand: [], files: [{ path: MANIFEST }] } });
    expect(await readFile(join(repo.root, MANIFEST), 'utf8')).toBe(
      LOCAL.replace('[internal] }', '[extra] }')
        .replace('cpu_limit: 0.5', 'cpu_limit: 0.25')
        // As the variable was quoted.
        .replace(/"\$\{memory\}"/, '"96MiB"')
        .replace('\nnetworks:', '  db:\n    name: my-db\n    resource_limits:\n      memory_limit: 48MiB\n\nnetworks:'),
    );
    expect(await readFile(join(repo.root, 'environments/base/main.yaml'), 'utf8')).toBe(BASE);
    const planned = await repo.trueup(['plan', '--detailed-exitcode']);
    expect(planned, planned.stdout).toMatchObject({ status: 0 });
    expect(wrote.stdout + wrote.stderr).not.toContain('hunter-77');
  });

  it('says what is to be done by hand, and that nothing else is left', async () => {
    await using repo = await dockerRepo({
      [MANIFEST]: `name: local\nproject: shop\nservices:\n  web:\n    ${SERVICE}\n`,
    });
    await repo.trueup(['apply', '--auto-approve']);
    await repo.docker('stop', '--time', '0', 'shop-web-1');
    await repo.docker('volume', 'create', 'of-nobody');

    const wrote = await repo.trueup(['drift', '--write', '--auto-approve']);

    expect(wrote).toMatchObject({ status: 2 });
    expect(wrote.stdout).toContain(
      `To be edited by hand:\n  service.web run_state is no setting: \`trueup start\` and \`trueup stop\` say what runs ${MANIFEST}:4:3\n`,
    );
    expect(wrote.stdout).toContain('Nothing of it can be written into the manifests.');
    const told = await repo.trueup(['drift', '--write', '--auto-approve', '-o', 'markdown']);
    expect(told.stdout).toContain('of-nobody');
    expect(told.stdout).toBe((await repo.trueup(['drift', '-o', 'markdown'])).stdout);
  });

  it('keeps line breaks and the byte order mark of the file', async () => {
    await using repo = await dockerRepo({
      [MANIFEST]: `name: local\nproject: shop\nservices:\n  web:\n    ${SERVICE}\n`,
    });
    await repo.trueup(['apply', '--auto-approve']);
    await writeFile(
      join(repo.root, MANIFEST),
      `\uFEFFname: local\r\nproject: shop\r\nservices:\r\n  web:\r\n    ${SERVICE}\r\n`,
    );
    await repo.docker('update', '--cpus', '0.25', 'shop-web-1');

    const wrote = await repo.trueup(['drift', '--write', '--auto-approve']);

    expect(wrote, wrote.stderr).toMatchObject({ status: 0 });
    expect(await readFile(join(repo.root, MANIFEST), 'utf8')).toBe(
      `\uFEFFname: local\r\nproject: shop\r\nservices:\r\n  web:\r\n    ${SERVICE}\r\n    resource_limits:\r\n      cpu_limit: 0.25\r\n`,
    );
  });
});
