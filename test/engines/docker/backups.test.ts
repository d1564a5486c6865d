import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/model/json.ts';
import { type DockerRepo, dockerRepo } from '../../support/docker/docker-repo.ts';
import { engineUnderTest } from '../../support/docker/engine-under-test.ts';
import { RecordingSocket } from '../../support/docker/recording-socket.ts';
import { MANIFEST } from '../../support/shop.ts';

const APPLY = ['apply', '--auto-approve'];
const RESTORE = ['rollback', '--volumes', '--auto-approve'];

function manifest(seconds: string, data: JsonObject = {}): Readonly<Record<string, string>> {
  const db = {
    container: { image: 'busybox:1', command: ['sleep', seconds], stop_grace_period: '0s', init: true },
    storage: { volumes: ['data:/data'] },
  };
  const volumes = { data: { metadata: { backup_enabled: true }, ...data } };
  return { [MANIFEST]: JSON.stringify({ name: 'local', project: 'shop', services: { db }, volumes }) };
}

function snapshots(repo: DockerRepo): readonly string[] {
  try {
    return readdirSync(join(repo.root, '.trueup/backups/local/data'));
  } catch {
    return [];
  }
}

function inDb(repo: DockerRepo, script: string): Promise<string> {
  return repo.docker('exec', 'shop-db-1', 'sh', '-c', script);
}

async function containers(repo: DockerRepo): Promise<readonly string[]> {
  return (await repo.docker('ps', '--all', '--format', '{{.Names}}')).split('\n').toSorted();
}

/** Owners, modes, types and names of all that a volume holds, its root included, and what the files say. */
const LISTING = 'cd /data; find . | sort | xargs stat -c "%u:%g %a %F %n"; cat orders; readlink latest';

describe('backups of volumes in containers', () => {
  it('hold owners, modes and links, and bring all of that back in the place of whatever came after', async () => {
    await using repo = await dockerRepo(manifest('1000'));
    await repo.trueup(APPLY);
    await inDb(
      repo,
      `cd /data; echo three >orders; mkdir -p deep/er; echo x >deep/er/f; chmod 000 deep/er/f; chown 7:8 deep orders;
      chmod 4711 deep/er; ln -s orders latest; ln orders twin; chown 9:10 /data; chmod 711 /data`,
    );
    const before = await inDb(repo, LISTING);
    await repo.write(manifest('2000'));

    const applied = await repo.trueup(APPLY);
    expect(applied, applied.stdout + applied.stderr).toMatchObject({ status: 0 });
    await inDb(
      repo,
      'cd /data; rm -r deep latest; echo none >orders; mkdir new .hidden; chown 0:0 /data; chmod 777 /data',
    );
    const restored = await repo.trueup(RESTORE);

    expect(restored, restored.stdout + restored.stderr).toMatchObject({ status: 0 });
    expect(await inDb(repo, LISTING)).toBe(before);
    expect(await inDb(repo, 'stat -c %h /data/orders')).toBe('2');
    expect(await containers(repo)).toEqual(['shop-db-1']);
    expect(await repo.trueup(['plan', '--detailed-exitcode'])).toMatchObject({ status: 0 });
  });

  it('are taken before `destroy --volumes`, without any record', async () => {
    await using repo = await dockerRepo(manifest('1000'));
    await repo.trueup(APPLY);
    await inDb(repo, 'echo three >/data/orders');
    await repo.removeState();

    expect(await repo.trueup(['destroy', 'local', '--volumes', '--auto-approve'])).toMatchObject({ status: 0 });
    expect(snapshots(repo)).toHaveLength(1);
    expect(await repo.docker('volume', 'ls', '--quiet')).toBe('');

    await repo.trueup(APPLY);
    await repo.trueup(RESTORE);
    expect(await inDb(repo, 'cat /data/orders')).toBe('three');
  });

  it('are taken of a volume that is no longer declared and goes, as its label says', async () => {
    await using repo = await dockerRepo(manifest('1000', { deletion_policy: 'delete' }));
    await repo.trueup(APPLY);
    await repo.write({ [MANIFEST]: JSON.stringify({ name: 'local', project: 'shop', services: {} }) });

    await repo.trueup([...APPLY, '--allow-removals', '3']);

    expect(await repo.docker('volume', 'ls', '--quiet')).toBe('');
    expect(snapshots(repo)).toHaveLength(1);
  });

  it('are not taken while a container of somebody else writes, and then nothing is replaced', async () => {
    await using repo = await dockerRepo(manifest('1000'));
    await repo.trueup(APPLY);
    const before = await repo.docker('inspect', '--format', '{{.Id}}', 'shop-db-1');
    await repo.docker('run', '--detach', '--name', 'foreign', '--volume', 'shop_data:/d', 'busybox:1', 'sleep', '1000');
    await repo.write(manifest('2000'));

    const applied = await repo.trueup(APPLY);

    expect(applied, applied.stdout + applied.stderr).toMatchObject({ status: 3 });
    expect(applied.stderr).toContain('foreign writes to the volume shop_data');
    expect(await repo.docker('inspect', '--format', '{{.Id}}', 'shop-db-1')).toBe(before);
    expect(snapshots(repo)).toEqual([]);
    await repo.docker('rm', '--force', 'foreign');
    expect(await repo.trueup(APPLY)).toMatchObject({ status: 0 });
    expect(snapshots(repo)).toHaveLength(1);
  });

  it('that break off leave nothing behind, neither here nor on the engine', async () => {
    await using recording = await RecordingSocket.before(engineUnderTest().socket);
    await using repo = await dockerRepo(manifest('1000'), recording);
    await repo.trueup(APPLY);
    await inDb(repo, 'head -c 3000000 /dev/urandom >/data/orders');
    await repo.write(manifest('2000'));
    recording.rule({ matches: ({ path }) => path.includes('/archive'), trouble: { kind: 'cut', when: 'before' } });

    const applied = await repo.trueup(APPLY);
    recording.reset();

    expect(applied, applied.stdout + applied.stderr).toMatchObject({ status: 3 });
    expect(snapshots(repo)).toEqual([]);
    expect(await repo.trueup(APPLY)).toMatchObject({ status: 0 });
    expect(snapshots(repo)).toHaveLength(1);
    expect(await containers(repo)).toEqual(['shop-db-1']);
  });

  it('that were killed in the middle leave a container that goes with the next apply', async () => {
    await using repo = await dockerRepo(manifest('1000'));
    await repo.trueup(APPLY);
    const owner = await repo.docker('inspect', '--format', '{{index .Config.Labels "dev.trueup.owner"}}', 'shop-db-1');
    const labels = {
      owner,
      environment: 'local',
      project: 'shop',
      address: 'service.shop_data.snapshot',
      data_of: 'shop_data',
      schema: '1',
    };
    const given = Object.entries(labels).flatMap(([name, value]) => ['--label', `dev.trueup.${name}=${value}`]);
    await repo.docker('create', '--name', 'shop_data.snapshot', ...given, '--volume', 'shop_data:/d', 'busybox:1');

    const applied = await repo.trueup(APPLY);

    expect(applied, applied.stdout + applied.stderr).toMatchObject({ status: 0 });
    expect(await containers(repo)).toEqual(['shop-db-1']);
  });
});
