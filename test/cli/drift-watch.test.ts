import { describe, expect, it } from 'vitest';
import { eventually, type ScratchRepo, scratchRepo } from '../support/cli.ts';
import { schemaErrors } from '../support/schemas.ts';

const FILES = {
  'environments/local/environment.yaml': `
services:
  web: { process: { command: [sh, -c, 'exec sleep 1000'] } }
  worker: { process: { command: [sh, -c, 'exec sleep 1000'] } }
`,
};

async function applied(): Promise<ScratchRepo> {
  const repo = await scratchRepo(FILES);
  await repo.trueup(['apply', 'local', '--auto-approve']);
  return repo;
}

function pidOf(repo: ScratchRepo, address: string): Promise<number> {
  return eventually(async () => (await repo.pids())[address] ?? null, `the pid of ${address}`);
}

describe('trueup drift --watch', () => {
  it('tells what drifts and what is mended until Ctrl-C, and leaves nothing behind', async () => {
    await using repo = await applied();
    const pid = await pidOf(repo, 'service.web');
    const before = await repo.git('status', '--porcelain', '--ignored');

    const watching = repo.start(['drift', '--watch']);
    await watching.until(/No drift\. local matches/);
    process.kill(pid, 'SIGSTOP');
    await watching.until(
      /~ service\.web differs\n +run_state: is "paused", declared "running" \[changed outside of git\]/,
    );
    process.kill(pid, 'SIGCONT');
    await watching.until(/= service\.web is as declared again/);
    watching.child.kill('SIGINT');

    const { status, stderr } = await watching.done;
    expect(status).toBe(130);
    expect(stderr).toBe('');
    expect(await repo.git('status', '--porcelain', '--ignored')).toBe(before);
  });

  it('tells of contents that git does not hold: what is mounted, and what holds a secret', async () => {
    const manifest = `
services:
  web:
    process: { command: [sh, -c, 'exec sleep 1000'] }
    storage: { volumes: [{ host_path: ../../conf/app.conf, mode: ro, watch_content: restart }] }
    environment_variables: { TOKEN: { secret: true, source: file, value: ../../conf/token } }
`;
    const first = { 'conf/app.conf': 'first\n', 'conf/token': 'hunter2-first\n', '.gitignore': 'conf/\n' };
    await using repo = await scratchRepo({ 'environments/local/environment.yaml': manifest, ...first });
    await repo.trueup(['apply', 'local', '--auto-approve']);

    const watching = repo.start(['drift', '--watch']);
    await watching.until(/No drift\. local matches/);
    await repo.write({ 'conf/app.conf': 'second\n' });
    await watching.until(/app\.conf\.?.*content: .*\[changed outside of git\]/);
    await repo.write({ 'conf/token': 'hunter2-second\n' });
    await watching.until(/TOKEN: .*secret.*\[changed outside of git\]/);
    await repo.write(first);
    await watching.until(/= service\.web is as declared again/);
    await repo.write({ 'environments/local/environment.yaml': 'services: { web: { bogus: 1 } }\n' });
    await watching.until(/environment\.yaml:1:20.*what was valid last is compared/);
    watching.child.kill('SIGINT');

    const { status, stdout } = await watching.done;
    expect(status).toBe(130);
    expect(stdout).not.toContain('hunter2');
  });

  it('says nothing of what runs of trueup do, whoever starts them', async () => {
    await using repo = await applied();

    const watching = repo.start(['drift', '--watch']);
    await watching.until(/No drift/);
    await repo.trueup(['stop', 'worker']);
    await repo.trueup(['start', 'worker']);
    await repo.trueup(['restart', 'worker']);
    process.kill(await pidOf(repo, 'service.web'), 'SIGSTOP');
    await watching.until(/service\.web differs/);
    watching.child.kill('SIGINT');

    expect((await watching.done).stdout).not.toContain('service.worker');
  });

  it('prints the report and then one object a line where JSON is asked for, of what was named alone', async () => {
    await using repo = await applied();

    const watching = repo.start(['drift', 'web', '--watch', '--output', 'json']);
    await watching.until(/"resource_drift":\[\]/);
    process.kill(await pidOf(repo, 'service.worker'), 'SIGSTOP');
    process.kill(await pidOf(repo, 'service.web'), 'SIGKILL');
    await watching.until(/"type":"drifted"/);
    await repo.trueup(['apply', 'local', '--auto-approve']);
    await watching.until(/"type":"mended"/);
    watching.child.kill('SIGTERM');

    const lines = (await watching.done).stdout
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    const [report, ...changes] = lines;
    expect(schemaErrors('drift', report)).toEqual([]);
    expect(changes.flatMap((change) => schemaErrors('drift-change', change))).toEqual([]);
    expect(changes).toMatchObject([
      { type: 'drifted', drift: { address: 'service.web', kind: 'differs' } },
      { type: 'mended', drift: { address: 'service.web' } },
    ]);
  });

  it('ends without an error when its reader leaves, and refuses what contradicts it', async () => {
    await using repo = await applied();

    const watching = repo.start(['drift', '--watch']);
    await watching.until(/No drift/);
    watching.child.stdout?.destroy();
    process.kill(await pidOf(repo, 'service.web'), 'SIGSTOP');

    expect(await watching.done).toMatchObject({ status: 0, stderr: '' });
    expect((await repo.trueup(['drift', '--watch', '--write'])).status).toBe(64);
    expect((await repo.trueup(['drift', '--watch', '--format', 'junit'])).status).toBe(64);
  });
});
