import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type CliResult, eventually, type RunningCli, type ScratchRepo, scratchRepo } from '../support/cli.ts';
import { schemaErrors } from '../support/schemas.ts';
import { MANIFEST, shop } from '../support/shop.ts';

/** An apply of it waits at a gate for as long as any of these tests takes. */
const SLOW = {
  [MANIFEST]: `name: local
project: shop
services:
  db:
    process: { command: [sleep, "1000"] }
    health_check: { test: [CMD, "false"], interval: 1s, timeout: 1s, retries: 1000 }
`,
};
const APPLY = ['apply', '--auto-approve'];

/** An apply that holds the lock. */
async function holding(repo: ScratchRepo): Promise<RunningCli> {
  const running = repo.start(APPLY);
  await running.until(/service\.db start: done/);
  return running;
}

async function sockets(repo: ScratchRepo): Promise<readonly string[]> {
  const files = await readdir(join(repo.scratch, 'run', 'trueup')).catch(() => []);
  return files.filter((file) => file.endsWith('.sock'));
}

function words({ stdout, stderr }: CliResult): string {
  return stdout + stderr;
}

describe('a command that waits for a lock', () => {
  it.each([
    ['apply', ['apply', '--auto-approve']],
    ['destroy', ['destroy', 'local', '--auto-approve']],
    ['start', ['start']],
    ['stop', ['stop']],
    ['restart', ['restart']],
  ] as const)('says for whom, once, and as %s gives up when its time is over', async (_name, command) => {
    await using repo = await scratchRepo(SLOW);
    const held = await holding(repo);

    const text = await repo.trueup([...command, '--lock-timeout', '300ms']);
    const json = await repo.trueup([...command, '--lock-timeout', '300ms', '--output', 'json']);

    const telling = new RegExp(
      `^waiting for pid ${held.child.pid} \\(trueup apply, since \\d\\d:\\d\\d:\\d\\d, user \\S+\\) …$`,
      'gm',
    );
    for (const result of [text, json]) {
      expect(result, words(result)).toMatchObject({ status: 4 });
      expect(result.stderr.match(telling)).toHaveLength(1);
    }
    expect(JSON.parse(json.stdout)).toMatchObject({ error: { code: 'locked', fields: { pid: held.child.pid } } });
  });

  it('ends with 130 on Ctrl-C, and leaves nothing', async () => {
    await using repo = await scratchRepo(SLOW);
    await holding(repo);
    const before = await sockets(repo);

    const waiting = repo.start([...APPLY, '--lock-timeout', '10m']);
    await waiting.until(/waiting for pid/);
    waiting.child.kill('SIGINT');
    const interrupted = await waiting.done;

    expect(interrupted, words(interrupted)).toMatchObject({ status: 130 });
    expect(await sockets(repo)).toEqual(before);
  });

  it('goes on as soon as the other has ended', async () => {
    await using repo = await scratchRepo(SLOW);
    const held = await holding(repo);

    const waiting = repo.start(['destroy', 'local', '--auto-approve', '--lock-timeout', '10m']);
    await waiting.until(/waiting for pid/);
    held.child.kill('SIGINT');

    expect(await held.done).toMatchObject({ status: 130 });
    expect(await waiting.done).toMatchObject({ status: 0 });
  });
});

describe('lock list', () => {
  it('says who holds which lock, since when and with which command', async () => {
    await using repo = await scratchRepo(SLOW);
    const held = await holding(repo);

    const text = await repo.trueup(['lock', 'list']);
    const json = await repo.trueup(['lock', 'list', 'local', '--output', 'json']);

    expect(text, words(text)).toMatchObject({ status: 0 });
    expect(text.stdout).toMatch(new RegExp(`shop +local +process +pid ${held.child.pid} .*trueup apply.* held`));
    const document: unknown = JSON.parse(json.stdout);
    expect(schemaErrors('lock', document)).toEqual([]);
    expect(document).toMatchObject({ unreachable: [] });
    const { locks } = document as { readonly locks: readonly object[] };
    expect(locks).toContainEqual(
      expect.objectContaining({
        project: 'shop',
        engine: 'process',
        where: 'local',
        pid: held.child.pid,
        answers: true,
      }),
    );
  });

  it('shows no lock where none is held, nor the socket of a dead holder, which it leaves', async () => {
    await using repo = await scratchRepo(SLOW);
    const held = await holding(repo);
    held.child.kill('SIGKILL');
    await held.done;
    const before = await sockets(repo);

    const listed = await repo.trueup(['lock', 'list']);

    expect(listed, words(listed)).toMatchObject({ status: 0, stdout: 'No lock is held.\n' });
    expect(before.length).toBeGreaterThan(0);
    expect(await sockets(repo)).toEqual(before);
  });
});

describe('lock release', () => {
  it('removes the sockets of dead holders', async () => {
    await using repo = await scratchRepo(SLOW);
    const held = await holding(repo);
    held.child.kill('SIGKILL');
    await held.done;

    const released = await repo.trueup(['lock', 'release', '--output', 'json']);

    expect(released, words(released)).toMatchObject({ status: 0 });
    const document: unknown = JSON.parse(released.stdout);
    expect(schemaErrors('lock', document)).toEqual([]);
    expect(document).toMatchObject({ locks: [{ pid: held.child.pid, released: true }, {}] });
    expect(await sockets(repo)).toEqual([]);
  });

  it.each([
    ['alive', 'SIGCONT', /`kill (\d+)` ends it/],
    ['stopped', 'SIGSTOP', /`kill -CONT (\d+)`/],
  ] as const)(
    'never removes that of a process that is %s, whatever is forced, and says how to end it',
    async (_name, signal, advice) => {
      await using repo = await scratchRepo(SLOW);
      const held = await holding(repo);
      const before = await sockets(repo);
      held.child.kill(signal);

      const released = await repo.trueup(['lock', 'release', 'local', '--force']);

      expect(released, words(released)).toMatchObject({ status: 4 });
      expect(advice.exec(released.stdout)?.[1]).toBe(String(held.child.pid));
      expect(await sockets(repo)).toEqual(before);
      held.child.kill('SIGKILL');
      await eventually(() => held.child.signalCode !== null, 'the end of the holder');
    },
  );

  it('needs an action that there is, and an environment where there are several', async () => {
    await using repo = await scratchRepo({
      ...SLOW,
      'environments/other/environment.yaml':
        'name: other\nservices:\n  web: { process: { command: [sleep, "1000"] } }\n',
    });

    const misspelt = await repo.trueup(['lock', 'relase']);
    const vague = await repo.trueup(['lock', 'release']);

    expect(misspelt).toMatchObject({ status: 64 });
    expect(misspelt.stderr).toContain('did you mean "release"?');
    expect(vague).toMatchObject({ status: 64 });
    expect(vague.stderr).toContain('local, other');
  });
});

describe('an engine of other machines that nothing is placed on', () => {
  it('needs no lock where it does not answer', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: shop() });
    repo.env['DOCKER_HOST'] = 'tcp://127.0.0.1:9';

    const applied = await repo.trueup(APPLY);
    const listed = await repo.trueup(['lock', 'list']);

    expect(applied, words(applied)).toMatchObject({ status: 0 });
    expect(listed, words(listed)).toMatchObject({ status: 0, stdout: 'No lock is held.\n' });
  });
});

describe('a lease', () => {
  it('that makes no sense is refused', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: shop() });
    repo.env['TRUEUP_LOCK_LEASE'] = 'soon';

    expect(await repo.trueup(APPLY)).toMatchObject({ status: 64 });
  });
});
