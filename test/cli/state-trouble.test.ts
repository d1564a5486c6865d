import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventually, type CliResult, type RunningCli, type ScratchRepo, scratchRepo } from '../support/cli.ts';
import { stateFiles } from '../support/chaos/state-files.ts';
import { FailingDisk, FullDisk, lacksFailingDisk, lacksSmallDisk } from '../support/chaos/small-disk.ts';
import { MANIFEST } from '../support/shop.ts';

const APPLY = ['apply', '--auto-approve'] as const;
const PLAN = ['plan', '--detailed-exitcode'] as const;

/** What the database waits for. */
const LEAVE = 'leave';

/** A database that is healthy once the harness says so, and as many services behind it as fill a journal. */
function manifest(colour: string, followers = 30): string {
  const services = Array.from(
    { length: followers },
    (_, index) =>
      `  s${index}: { process: { command: [sleep, "100000"] }, environment_variables: { COLOUR: ${colour} }, dependencies: { db: { condition: service_healthy } } }\n`,
  );
  return `name: local
project: shop
services:
  db:
    type: infrastructure
    process: { command: [sleep, "100000"] }
    health_check: { test: [CMD, test, -e, ../../${LEAVE}], interval: 1s, timeout: 1s, retries: 60 }
${services.join('')}`;
}

function words({ stdout, stderr }: CliResult): string {
  return stdout + stderr;
}

/** Applies again with everything in order, and finds that nothing is left to do. */
async function expectRight(repo: ScratchRepo): Promise<void> {
  const applied = await repo.trueup(APPLY);
  expect(applied.status, words(applied)).toBe(0);
  const planned = await repo.trueup(PLAN);
  expect(planned.status, words(planned)).toBe(0);
  expect((await stateFiles(repo.root)).broken).toEqual([]);
}

/** Starts an apply, does something once it waits at the gate of the database, and lets it go on. */
async function applyWhile(repo: ScratchRepo, act: () => void): Promise<CliResult> {
  const running: RunningCli = repo.start(APPLY);
  await eventually(async () => 'service.db' in (await repo.pids()), 'the database to be started');
  act();
  writeFileSync(join(repo.root, LEAVE), '');
  return running.done;
}

/** It says what happened, to which file, and what to do; and starts nothing after that. */
async function expectStopped(repo: ScratchRepo, result: CliResult): Promise<void> {
  const said = words(result);
  expect([1, 3], said).toContain(result.status);
  expect(said).toContain('[state_unwritable]');
  expect(said).toContain('.trueup');
  expect(said).not.toContain('[internal]');
  expect(Object.keys(await repo.pids()).length).toBeLessThan(31);
  expect((await stateFiles(repo.root)).broken).toEqual([]);
}

describe('the disk of the state folder', () => {
  it('that fills up during a run stops it with a clear message, and loses nothing', async ({ skip }) => {
    const lacks = lacksSmallDisk();
    skip(lacks !== null, lacks ?? '');
    await using repo = await scratchRepo({ [MANIFEST]: manifest('red') });
    using disk = new FullDisk(join(repo.root, '.trueup'), '256k');

    {
      using full = new DisposableStack();

      const stopped = await applyWhile(repo, () => void full.use(disk.keepFull()));

      await expectStopped(repo, stopped);
    }
    disk.makeRoom();
    await expectRight(repo);
  });

  it('that fails during a run stops it with a clear message, and the next run needs nothing of it', async ({
    skip,
  }) => {
    const lacks = lacksFailingDisk();
    skip(lacks !== null, lacks ?? '');
    await using repo = await scratchRepo({ [MANIFEST]: manifest('red') });
    const state = join(repo.root, '.trueup');
    {
      using disk = new FailingDisk(state, join(repo.scratch, 'disk'));

      const stopped = await applyWhile(repo, () => disk.fail());

      await expectStopped(repo, stopped);
    }
    await expectRight(repo);
  });

  it('that is too small for a snapshot of a volume keeps the change from doing harm', async ({ skip }) => {
    const lacks = lacksSmallDisk();
    skip(lacks !== null, lacks ?? '');
    const backedUp = (colour: string): Readonly<Record<string, string>> => ({
      [MANIFEST]: `name: local
project: shop
services:
  db:
    process: { command: [sh, -c, 'test -s "$$TRUEUP_VOLUME_DATA/big" || head -c 1000000 /dev/urandom > "$$TRUEUP_VOLUME_DATA/big"; exec sleep 100000'] }
    environment_variables: { COLOUR: ${colour} }
    storage: { volumes: [data] }
volumes: { data: { metadata: { backup_enabled: true } } }
`,
    });
    await using repo = await scratchRepo(backedUp('red'));
    await expectRight(repo);
    const big = join(repo.engineRoot, 'volumes/shop_data/data/big');
    await eventually(() => existsSync(big) && readFileSync(big).length === 1_000_000, 'the data');
    const data = readFileSync(big, 'hex');
    await repo.write(backedUp('blue'));
    {
      using _disk = new FullDisk(join(repo.root, '.trueup'), '256k');

      const stopped = await repo.trueup(APPLY);

      expect([1, 3], words(stopped)).toContain(stopped.status);
      expect(words(stopped)).toContain('[backup_failed]');
      expect((await stateFiles(repo.root)).snapshots).toBe(0);
      expect((await stateFiles(repo.root)).broken).toEqual([]);
    }
    await expectRight(repo);
    expect(readFileSync(big, 'hex') === data).toBe(true);
    expect((await stateFiles(repo.root)).snapshots).toBe(1);
  });

  it('that lets no file grow keeps a run from beginning, also for those who are not root', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: manifest('red') });
    writeFileSync(join(repo.root, LEAVE), '');
    const command = [process.execPath, ...process.execArgv, '--', join(import.meta.dirname, '../../bin/trueup.cjs')];
    // Blocks of 512 bytes.
    const script = 'ulimit -f 4; exec "$@"';
    let stopped = '';
    try {
      execFileSync('sh', ['-c', script, 'sh', ...command, ...APPLY], { cwd: repo.root, env: repo.env, stdio: 'pipe' });
    } catch (error) {
      const { stdout, stderr } = error as { readonly stdout: Buffer; readonly stderr: Buffer };
      stopped = `${stdout.toString()}${stderr.toString()}`;
    }

    expect(stopped).toContain('[state_unwritable]');
    expect(await repo.processes()).toEqual([]);
    await expectRight(repo);
  });

  it('that is read-only keeps a run from beginning, and nothing that only looks', async ({ skip }) => {
    const lacks = lacksSmallDisk();
    skip(lacks !== null, lacks ?? '');
    await using repo = await scratchRepo({ [MANIFEST]: manifest('red', 2) });
    writeFileSync(join(repo.root, LEAVE), '');
    await expectRight(repo);
    await repo.write({ [MANIFEST]: manifest('blue', 2) });
    const before = await repo.pids();
    const state = join(repo.root, '.trueup');
    execFileSync('mount', ['--bind', state, state]);
    try {
      execFileSync('mount', ['-o', 'remount,bind,ro', state]);
      const planned = await repo.trueup(PLAN);
      const stopped = await repo.trueup(APPLY);

      expect(planned.status, words(planned)).toBe(2);
      expect(stopped.status, words(stopped)).toBe(1);
      expect(words(stopped)).toContain('[state_unwritable]');
      expect(await repo.pids()).toEqual(before);
    } finally {
      execFileSync('umount', [state]);
    }
    await expectRight(repo);
  });
});

interface Damage {
  readonly kind: string;
  do(file: string): void;
}

const DAMAGES: readonly Damage[] = [
  { kind: 'deleted', do: (file) => rmSync(file) },
  { kind: 'empty', do: (file) => writeFileSync(file, '') },
  {
    kind: 'cut in half',
    do: (file) => writeFileSync(file, readFileSync(file).subarray(0, readFileSync(file).length / 2)),
  },
  { kind: 'cut in its first line', do: (file) => writeFileSync(file, readFileSync(file).subarray(0, 9)) },
  { kind: 'full of zeros', do: (file) => writeFileSync(file, Buffer.alloc(readFileSync(file).length)) },
  {
    kind: 'a folder',
    do: (file) => {
      rmSync(file);
      mkdirSync(join(file, 'deep'), { recursive: true });
    },
  },
];

/** Each is there after a run was killed in the middle of it. */
const FILES = ['environments/local.json', 'journal/local.ndjson', 'history/local.ndjson'] as const;

describe('a file of the state folder', () => {
  const cases = FILES.flatMap((file) => DAMAGES.map((damage) => ({ file, kind: damage.kind, damage })));

  it.each(cases)('$file that is $kind changes no plan, and the next run goes through', async ({ file, damage }) => {
    await using repo = await killedRepo();
    const planned = await repo.trueup(PLAN);
    damage.do(join(repo.root, '.trueup', file));

    const damaged = await repo.trueup(PLAN);

    expect(damaged.status, words(damaged)).toBe(planned.status);
    expect(changesIn(damaged)).toEqual(changesIn(planned));
    for (const command of ['status', 'history']) {
      const looked = await repo.trueup([command]);
      expect(looked.status, words(looked)).toBe(0);
    }
    const applied = await repo.trueup(APPLY);
    expect(applied.status, words(applied)).toBe(0);
    const again = await repo.trueup(PLAN);
    expect(again.status, words(again)).toBe(0);
  });

  it.each(FILES)('%s from a newer version is never overwritten, and says what to do', async (file) => {
    await using repo = await killedRepo();
    const path = join(repo.root, '.trueup', file);
    const newer = readFileSync(path, 'utf8').replace(/"format_version":\s*"[^"]+"/, '"format_version":"99.0"');
    expect(newer).toContain('99.0');
    writeFileSync(path, newer);

    const applied = await repo.trueup(APPLY);

    expect(words(applied)).toContain('[state_too_new]');
    expect(words(applied)).not.toContain('[internal]');
    expect(readFileSync(path, 'utf8')).toBe(newer);
    rmSync(path);
    await expectRight(repo);
  });
});

/** An environment in which a run was killed half-way: something is recorded, journalled and told of each earlier run. */
async function killedRepo(): Promise<ScratchRepo> {
  const repo = await scratchRepo({ [MANIFEST]: manifest('red', 2) });
  writeFileSync(join(repo.root, LEAVE), '');
  await expectRight(repo);
  rmSync(join(repo.root, LEAVE));
  await repo.write({ [MANIFEST]: manifest('blue', 2) });
  const before = await eventually(async () => Object.values(await repo.pids())[0] ?? null, 'a service');
  process.kill(before, 'SIGKILL');
  const running = repo.start([...APPLY, '--replace', 'service.db']);
  const journal = join(repo.root, '.trueup/journal/local.ndjson');
  await eventually(
    () => existsSync(journal) && readFileSync(journal, 'utf8').includes('step_begun'),
    'a step to begin',
  );
  running.child.kill('SIGKILL');
  await running.done;
  writeFileSync(join(repo.root, LEAVE), '');
  return repo;
}

/** What a plan says is to be done, without warnings. */
function changesIn({ stdout }: CliResult): readonly string[] {
  return stdout.split('\n').filter((line) => /^\s*(?:-\/\+|[~+-])\s*\S+ (?:will|must)/.test(line));
}
