import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scratchRepo } from '../support/cli.ts';
import { MANIFEST } from '../support/shop.ts';

const manifest = (service: string, volume: string, more = ''): string => `name: local
project: shop
services:
  ${service}: { process: { command: [sleep, "1000"] }, storage: { volumes: [${volume}] } }
volumes: { ${volume}: {} }
${more}`;

const APPLY = ['apply', '--auto-approve'] as const;

describe('moved', () => {
  it('gives a volume a new address without touching its data', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: manifest('web', 'old') });
    await repo.trueup([...APPLY]);
    await writeFile(join(repo.engineRoot, 'volumes/shop_old/data/orders'), 'three');
    await repo.write({ [MANIFEST]: manifest('web', 'new', 'moved: [{ from: volume.old, to: volume.new }]\n') });

    const applied = await repo.trueup([...APPLY]);
    const planned = await repo.trueup(['plan', '--detailed-exitcode']);

    expect(applied, applied.stdout + applied.stderr).toMatchObject({ status: 0 });
    expect(applied.stdout).toContain('> volume.new');
    expect(await readFile(join(repo.engineRoot, 'volumes/shop_new/data/orders'), 'utf8')).toBe('three');
    expect(planned, planned.stdout).toMatchObject({ status: 0 });
    const { 'service.web': pid } = await repo.pids();
    expect(await readFile(`/proc/${pid}/environ`, 'utf8')).toContain('volumes/shop_new/data');
  });

  it('gives a service a new address, and leaves nothing under the old one', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: manifest('web', 'data') });
    await repo.trueup([...APPLY]);
    await repo.write({ [MANIFEST]: manifest('site', 'data', 'moved: [{ from: service.web, to: service.site }]\n') });

    const applied = await repo.trueup([...APPLY]);
    const planned = await repo.trueup(['plan', '--detailed-exitcode']);

    expect(applied, applied.stdout + applied.stderr).toMatchObject({ status: 0 });
    expect(planned, planned.stdout).toMatchObject({ status: 0 });
    expect(Object.keys(await repo.pids())).toEqual(['service.site']);
    expect(await repo.processes()).toHaveLength(2);
  });

  it('follows a new physical name of a service and of a volume, with the data', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: manifest('web', 'data') });
    await repo.trueup([...APPLY]);
    await writeFile(join(repo.engineRoot, 'volumes/shop_data/data/orders'), 'three');
    await repo.write({ [MANIFEST]: manifest('web', 'data').replace('project: shop', 'project: store') });

    const applied = await repo.trueup([...APPLY]);
    const planned = await repo.trueup(['plan', '--detailed-exitcode']);

    expect(applied, applied.stdout + applied.stderr).toMatchObject({ status: 0 });
    expect(planned, planned.stdout).toMatchObject({ status: 0 });
    expect(await readFile(join(repo.engineRoot, 'volumes/store_data/data/orders'), 'utf8')).toBe('three');
    expect(await repo.processes()).toHaveLength(2);
  });
});
