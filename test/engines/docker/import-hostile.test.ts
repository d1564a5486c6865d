import { describe, expect, it } from 'vitest';
import { dockerRepo } from '../../support/docker/docker-repo.ts';
import { parsed } from '../../support/matching.ts';

const SLEEP = ['busybox:1', 'sleep', '100000'];

describe('trueup import docker', () => {
  it('leaves out what has lost its image, with the reason, and goes on with the rest', async () => {
    await using repo = await dockerRepo({});
    await repo.docker('tag', 'busybox:1', 'app:1');
    // An image of its own, so that its layers are nobody else's.
    await repo.docker('run', '--name=seed', 'app:1', 'true');
    await repo.docker('commit', '--change=ENV A=b', 'seed', 'gone:1');
    await repo.docker('run', '--detach', '--name=imageless', '--stop-signal=SIGKILL', 'gone:1', 'sleep', '100000');
    await repo.docker('run', '--detach', '--name=untagged', '--stop-signal=SIGKILL', 'app:1', 'sleep', '100000');
    await repo.docker('run', '--detach', '--name=web', '--stop-signal=SIGKILL', ...SLEEP);
    await repo.docker('rm', 'seed');
    await repo.docker('rmi', '--force', 'gone:1', 'app:1');

    const imported = await repo.trueup(['import', 'docker', '--all', '--environment', 'local', '--output', 'json']);
    const planned = await repo.trueup(['plan', 'local', '--output', 'json']);

    expect(imported, imported.stdout + imported.stderr).toMatchObject({ status: 0 });
    expect(parsed(imported.stdout)).toMatchObject({ left_out: [] });
    expect(planned, planned.stdout + planned.stderr).toMatchObject({ status: 0 });
    expect(parsed(planned.stdout)).toMatchObject({ resource_changes: [], conflicts: [] });
  });

  it('hides every secret of a container, wherever it stands, and keeps it running', async () => {
    await using repo = await dockerRepo({});
    const secrets = ['-Dpw=s3cretlong', 'hooks.slack.com/services/T0/B0/zzz', 'tailed\r'];
    await repo.docker(
      'run',
      '--detach',
      '--name=db',
      '--stop-signal=SIGKILL',
      '--env=POSTGRES_PASSWORD=s3cretlong',
      '--env=SLACK_WEBHOOK_URL=https://hooks.slack.com/services/T0/B0/zzz',
      '--env=API_TOKEN=tailed\r',
      '--env=APP_OPTS=run with s3cretlong',
      '--health-cmd=true --password s3cretlong',
      '--health-interval=60s',
      '--label=note=s3cretlong',
      'busybox:1',
      'sh',
      '-c',
      'sleep 100000',
      '--',
      '--requirepass',
      's3cretlong',
      '-Dpw=s3cretlong',
      '$HOME',
    );

    const imported = await repo.trueup(['import', 'docker', 'db', '--environment', 'local']);
    const text = await repo.read('environments/local/environment.yaml');
    const planned = await repo.trueup(['plan', 'local', '--detailed-exitcode', '--output', 'json']);

    expect(imported, imported.stderr).toMatchObject({ status: 0 });
    expect(imported.stdout).toContain('labels.note looks like a secret, and stands in the manifest');
    expect(text.replace('note: s3cretlong', '')).not.toMatch(/s3cretlong|slack|tailed/);
    expect(secrets.filter((one) => imported.stdout.includes(one))).toEqual([]);
    expect(await repo.read('environments/local/.secrets/API_TOKEN')).toBe('tailed\r');
    expect(planned, planned.stdout + planned.stderr).toMatchObject({ status: 0 });
    expect(parsed(planned.stdout)).toMatchObject({ resource_changes: [] });
    expect(planned.stdout).not.toContain('hooks.slack.com');
  });
});
