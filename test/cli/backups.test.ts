import { readdirSync, truncateSync } from 'node:fs';
import { chmod, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/model/json.ts';
import { type ScratchRepo, scratchRepo } from '../support/cli.ts';
import { schemaErrors } from '../support/schemas.ts';
import { MANIFEST } from '../support/shop.ts';

const APPLY = ['apply', '--auto-approve'] as const;
const RESTORE = ['rollback', '--volumes', '--auto-approve'] as const;

interface Draft {
  /** How long the service sleeps: another number is another configuration. */
  readonly version?: number;
  readonly data?: JsonObject | null;
  readonly services?: JsonObject;
  readonly policies?: JsonObject;
}

const BACKED_UP: JsonObject = { metadata: { backup_enabled: true, backups_kept: 2 } };

function manifest({ version = 1000, data = BACKED_UP, services = {}, policies = {} }: Draft = {}): string {
  const db = { process: { command: ['sleep', String(version)] }, storage: { volumes: ['data'] } };
  const declared = data === null ? {} : { services: { db, ...services }, volumes: { data } };
  return JSON.stringify({ name: 'local', project: 'shop', policies, ...declared });
}

function file(repo: ScratchRepo, name: string): string {
  return join(repo.engineRoot, 'volumes/shop_data/data', name);
}

function snapshots(repo: ScratchRepo): readonly string[] {
  try {
    return readdirSync(join(repo.root, '.trueup/backups/local/data')).sort();
  } catch {
    return [];
  }
}

/** A repo whose service runs, with data. */
async function running(draft: Draft = {}): Promise<ScratchRepo> {
  const repo = await scratchRepo({ [MANIFEST]: manifest(draft) });
  await repo.trueup([...APPLY]);
  await writeFile(file(repo, 'orders'), 'three');
  return repo;
}

describe('backups of volumes', () => {
  it('are taken before a new configuration, put back by hand, and that again by hand', async () => {
    await using repo = await running();
    await mkdir(file(repo, 'deep'));
    await writeFile(file(repo, 'deep/run.sh'), 'echo hi');
    await chmod(file(repo, 'deep/run.sh'), 0o510);
    await symlink('orders', file(repo, 'latest'));
    await repo.write({ [MANIFEST]: manifest({ version: 2000 }) });

    expect(await repo.trueup([...APPLY])).toMatchObject({ status: 0 });
    expect(snapshots(repo)).toHaveLength(1);
    await rm(file(repo, 'deep'), { recursive: true });
    await writeFile(file(repo, 'orders'), 'none');
    await writeFile(file(repo, 'rubbish'), '');
    const before = await repo.pids();
    const restored = await repo.trueup([...RESTORE]);

    expect(restored, restored.stdout + restored.stderr).toMatchObject({ status: 0 });
    expect(restored.stderr).toContain('volume.data: its data becomes that of');
    expect(readdirSync(file(repo, '.')).sort()).toEqual(['deep', 'latest', 'orders']);
    expect(await readFile(file(repo, 'latest'), 'utf8')).toBe('three');
    const after = await repo.pids();
    expect(Object.keys(after)).toEqual(['service.db']);
    expect(after).not.toEqual(before);
    expect(await repo.trueup(['plan', '--detailed-exitcode'])).toMatchObject({ status: 0 });

    // What was there before is a snapshot of its own.
    await repo.trueup([...RESTORE]);
    expect(await readFile(file(repo, 'orders'), 'utf8')).toBe('none');
  });

  it('are not taken where nothing is at risk', async () => {
    await using repo = await running({ data: {} });
    await repo.write({ [MANIFEST]: manifest({ version: 2000, data: {} }) });
    await repo.trueup([...APPLY]);
    await repo.write({ [MANIFEST]: manifest({ version: 2000 }) });

    expect(await repo.trueup(['plan', '--detailed-exitcode'])).toMatchObject({ status: 0 });
    await repo.trueup([...APPLY]);
    await repo.trueup(['restart', 'db']);
    await repo.trueup(['stop', 'db']);

    expect(snapshots(repo)).toEqual([]);
  });

  it('are kept as many as the manifest says, the newest', async () => {
    await using repo = await running();
    for (const version of [2000, 3000, 4000]) {
      await writeFile(file(repo, 'orders'), String(version));
      await repo.write({ [MANIFEST]: manifest({ version }) });
      await repo.trueup([...APPLY]);
    }

    const listed = await repo.trueup(['rollback', '--volumes', '--list', '--output', 'json']);
    const document = JSON.parse(listed.stdout) as { readonly snapshots: readonly { readonly run: string }[] };

    expect(schemaErrors('snapshots', document)).toEqual([]);
    expect(document.snapshots).toHaveLength(2);
    expect(snapshots(repo)).toHaveLength(2);
    const older = document.snapshots[0]?.run ?? '';
    await repo.trueup(['rollback', older, '--volumes', '--auto-approve']);
    expect(await readFile(file(repo, 'orders'), 'utf8')).toBe('3000');
  });

  it('are taken before a volume goes, also when no manifest and no record says so', async () => {
    await using repo = await running({ data: { ...BACKED_UP, deletion_policy: 'delete' } });
    await repo.write({ [MANIFEST]: manifest({ data: null }) });
    await repo.removeState();

    const applied = await repo.trueup([...APPLY, '--allow-removals', '2']);

    expect(applied, applied.stdout + applied.stderr).toMatchObject({ status: 0 });
    expect(readdirSync(join(repo.engineRoot, 'volumes'))).toEqual([]);
    expect(snapshots(repo)).toHaveLength(1);

    // A volume of that name takes the data up again.
    await repo.write({ [MANIFEST]: manifest() });
    const tooEarly = await repo.trueup([...RESTORE]);
    expect(tooEarly).toMatchObject({ status: 1 });
    expect(tooEarly.stdout + tooEarly.stderr).toContain('volume.data is not there');
    await repo.trueup([...APPLY]);
    await repo.trueup([...RESTORE]);
    expect(await readFile(file(repo, 'orders'), 'utf8')).toBe('three');
  });

  it('that cannot be taken keep the harm from being done; who was only taken down for it is up again', async () => {
    const other = { process: { command: ['sleep', '1000'] }, storage: { volumes: ['data'] } };
    await using repo = await running({ services: { other } });
    await repo.write({ [MANIFEST]: manifest({ version: 2000, services: { other } }) });
    await writeFile(join(repo.root, '.trueup/backups'), 'a file in the way');

    const applied = await repo.trueup([...APPLY]);

    expect(applied).toMatchObject({ status: 3 });
    expect(applied.stderr).toContain('no snapshot of the volume shop_data could be taken');
    expect(applied.stderr).toContain('service.db, service.other had been stopped for it');
    expect(Object.keys(await repo.pids())).toEqual(['service.other']);
    expect(await readFile(join(repo.engineRoot, 'services/shop-db-1/entry.json'), 'utf8')).toContain('1000');

    await rm(join(repo.root, '.trueup/backups'));
    expect(await repo.trueup([...APPLY])).toMatchObject({ status: 0 });
    expect(snapshots(repo)).toHaveLength(1);
  });

  it('that cannot be taken bring what was there back, where the policy says so', async () => {
    const policies = { on_failure: 'rollback' };
    await using repo = await running({ policies });
    await repo.write({ [MANIFEST]: manifest({ version: 2000, policies }) });
    await writeFile(join(repo.root, '.trueup/backups'), 'a file in the way');

    const applied = await repo.trueup([...APPLY]);

    expect(applied, applied.stdout + applied.stderr).toMatchObject({ status: 3 });
    const { 'service.db': pid } = await repo.pids();
    expect(await readFile(`/proc/${pid}/cmdline`, 'utf8')).toContain('1000');
  });

  it('that are damaged are refused before anything is touched', async () => {
    await using repo = await running();
    await repo.write({ [MANIFEST]: manifest({ version: 2000 }) });
    await repo.trueup([...APPLY]);
    const [snapshot = ''] = snapshots(repo);
    truncateSync(join(repo.root, '.trueup/backups/local/data', snapshot, 'data.tar'), 1024);
    await writeFile(file(repo, 'orders'), 'four');
    const before = await repo.pids();

    const restored = await repo.trueup([...RESTORE]);

    expect(restored).toMatchObject({ status: 1 });
    expect(restored.stderr).toContain('[backup_damaged]');
    expect(await repo.pids()).toEqual(before);
    expect(await readFile(file(repo, 'orders'), 'utf8')).toBe('four');
  });

  it('are put back only with a yes', async () => {
    await using repo = await running();
    await repo.write({ [MANIFEST]: manifest({ version: 2000 }) });
    await repo.trueup([...APPLY]);
    const before = await repo.tree();

    expect(await repo.trueup(['rollback', '--volumes'])).toMatchObject({ status: 64 });
    expect(await repo.tree()).toEqual(before);
  });

  it('are missed with a word where there are none', async () => {
    await using repo = await running({ data: {} });

    const restored = await repo.trueup([...RESTORE]);
    const listed = await repo.trueup(['rollback', '--volumes', '--list']);

    expect(restored).toMatchObject({ status: 1 });
    expect(restored.stderr).toContain('[backup_not_found]');
    expect(listed).toMatchObject({ status: 0, stdout: 'local: there is no snapshot of any volume\n' });
  });
});
