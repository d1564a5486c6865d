import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberAt, parseJson } from '../../src/model/json.ts';
import { eventually, type ScratchRepo, scratchRepo } from '../support/cli.ts';
import { schemaErrors } from '../support/schemas.ts';
import { MANIFEST, shop } from '../support/shop.ts';
import { CAN_MOUNT } from '../unit/state/scratch.ts';

const APPLY = ['apply', '--auto-approve'] as const;

/** The gate of `slow` opens once this file is there. */
const GATE_FILE = '../../open';

/** `first` ends once this file is there. */
const LEAVE = 'leave';

/** `first`, which takes its time to stop, and `slow`, which waits for the file of the test. */
function manifest(more = ''): string {
  return `name: local
project: shop
services:
  first:
    process:
      command: [sh, -c, 'trap "test ! -e ../../${LEAVE} || exit 0" TERM; echo > ../../trapped; while :; do sleep 0.1; done']
      stop_grace_period: 100s
  slow:
    process: { command: [sleep, "1000"] }
    health_check: { test: [CMD-SHELL, 'test -e ${GATE_FILE}'], interval: 1s, timeout: 1s, retries: 60 }
  last:
    process: { command: [sleep, "1000"] }
    dependencies: { slow: { condition: service_healthy } }
${more}`;
}

/** `api` restarts with `db`, whose gate opens once the file is there. */
function dependent(level: string, retries = 60): string {
  return `name: local
project: shop
services:
  db:
    process: { command: [sleep, "1000"] }
    environment_variables: { LEVEL: ${level} }
    health_check: { test: [CMD-SHELL, 'test -e ${GATE_FILE}'], interval: 5s, timeout: 5s, retries: ${retries} }
  api:
    process: { command: [sleep, "2000"] }
    dependencies: { db: { condition: service_healthy, restart: true } }
`;
}

function journalOf(repo: ScratchRepo): string | null {
  const path = join(repo.root, '.trueup', 'journal', 'local.ndjson');
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}

function documentOf(stdout: string): JsonObject {
  const document = parseJson(stdout);
  if (!isJsonObject(document)) throw new Error(`no document: ${stdout}`);
  return document;
}

async function killedWhile(repo: ScratchRepo, args: readonly string[], isSo: () => boolean): Promise<void> {
  const running = repo.start(args);
  await eventually(isSo, () => `the moment to kill:\n${running.soFar().stderr}${journalOf(repo)}`);
  running.child.kill('SIGKILL');
  await running.done;
}

describe('the journal', () => {
  it('of an apply that was killed while a gate waited tells the next one what became of it', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: manifest() });
    const bothStarted = /(?:start","status":"done"[^]*){2}/;
    await killedWhile(repo, APPLY, () => bothStarted.test(journalOf(repo) ?? ''));

    const status = await repo.trueup(['status']);
    await repo.write({ open: '' });
    const applied = await repo.trueup([...APPLY, '--output', 'json']);

    expect(status.stdout).toContain('Reconciling=False RunCutOff: trueup apply');
    expect(applied.stderr).toMatch(/An earlier run \(trueup apply, \d{4}-\d\d-\d\d \d\d:\d\d\) did not end/);
    expect(applied.status).toBe(0);
    const document = documentOf(applied.stdout);
    expect(schemaErrors('run', document)).toEqual([]);
    expect(document['interrupted']).toMatchObject({ command: 'trueup apply', steps: [], restarts: [] });
    expect(journalOf(repo)).toBeNull();
    const again = documentOf((await repo.trueup([...APPLY, '--output', 'json'])).stdout);
    expect(again['interrupted']).toBeNull();
  });

  it('repeats a restart that a killed run had under way, and says that it may be the second', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: manifest(), open: '' });
    expect((await repo.trueup(APPLY)).status).toBe(0);
    await eventually(() => existsSync(join(repo.root, 'trapped')), 'the service to hear of its stop');
    const { 'service.first': before = 0 } = await repo.pids();
    await killedWhile(repo, ['restart', 'first'], () => journalOf(repo)?.includes('"type":"step_begun"') === true);
    await repo.write({ [LEAVE]: '' });

    const applied = await repo.trueup([...APPLY, '--output', 'json']);

    const { interrupted, summary } = documentOf(applied.stdout);
    expect(summary).toMatchObject({ restart: 1 });
    expect(interrupted).toMatchObject({ command: 'trueup restart', restarts: ['service.first'] });
    expect(stepsOf(interrupted ?? null)).toMatchObject([
      { address: 'service.first', found: 'to_be_finished', possibly_repeated: true },
    ]);
    expect(applied.stderr).toContain('Possibly repeated');
    expect((await repo.pids())['service.first']).not.toBe(before);
    expect(journalOf(repo)).toBeNull();
    expect((await repo.trueup(['plan', '--detailed-exitcode'])).status).toBe(0);
  });

  it.each(['was killed', 'was interrupted'])('runs a hook again that a run had under way when it %s', async (how) => {
    const hooks = `    post_start: [{ command: [sh, -c, 'echo ran >> ../../hooks; test -e ../../open || sleep 60'] }]\n`;
    const web = `name: local\nproject: shop\nservices:\n  web:\n    process: { command: [sleep, "1000"] }\n`;
    await using repo = await scratchRepo({ [MANIFEST]: `${web}${hooks}` });
    const hooked = join(repo.root, 'hooks');
    const running = repo.start(APPLY);
    await eventually(() => existsSync(hooked) && readFileSync(hooked, 'utf8') === 'ran\n', 'the hook to run');
    running.child.kill(how === 'was killed' ? 'SIGKILL' : 'SIGINT');
    await running.done;
    const { 'service.web': before } = await repo.pids();
    await repo.write({ open: '' });

    const applied = documentOf((await repo.trueup([...APPLY, '--output', 'json'])).stdout);

    expect(applied).toMatchObject({ status: 'succeeded', summary: { restart: 1 } });
    if (how === 'was killed') {
      const hook = { address: 'service.web', verb: 'post_start', found: 'to_be_finished', possibly_repeated: true };
      expect(applied['interrupted']).toMatchObject({ steps: [hook], restarts: ['service.web'] });
    }
    expect(await repo.read('hooks')).toBe('ran\nran\n');
    expect((await repo.pids())['service.web']).not.toBe(before);
    expect(journalOf(repo)).toBeNull();
  });

  it('does a restart that a killed run never came to, once, and not for what was stopped since', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: manifest(), open: '', [LEAVE]: '' });
    expect((await repo.trueup(APPLY)).status).toBe(0);
    await owe(repo, ['service.first', 'service.last']);
    expect((await repo.trueup(['stop', 'last'])).status).toBe(0);
    const { 'service.first': before = 0, 'service.slow': other } = await repo.pids();

    const applied = documentOf((await repo.trueup([...APPLY, '--output', 'json'])).stdout);

    expect(applied['summary']).toMatchObject({ restart: 1, update: 0 });
    const pids = await repo.pids();
    expect(pids['service.first']).not.toBe(before);
    expect(pids['service.slow']).toBe(other);
    expect(pids['service.last']).toBeUndefined();
    expect(journalOf(repo)).toBeNull();
  });

  it.each(['was killed', 'failed'])(
    'is not needed to bring up again what restarts with its dependency, where a run %s between the two',
    async (how) => {
      await using repo = await scratchRepo({ [MANIFEST]: dependent('one'), open: '' });
      expect((await repo.trueup(APPLY)).status).toBe(0);
      const before = await repo.pids();
      rmSync(join(repo.root, 'open'));
      await repo.write({ [MANIFEST]: dependent('two', how === 'failed' ? 1 : 60) });
      if (how === 'was killed') {
        await killedWhile(repo, APPLY, () => /db:start","status":"done"/.test(journalOf(repo) ?? ''));
      } else {
        expect((await repo.trueup(APPLY)).status).toBe(3);
      }
      const between = await repo.pids();
      expect(between['service.db']).not.toBe(before['service.db']);
      expect(between['service.api']).toBeUndefined();
      await repo.removeState();
      await repo.write({ open: '' });

      expect((await repo.trueup(APPLY)).status).toBe(0);

      const after = await repo.pids();
      expect(after['service.db']).toBe(between['service.db']);
      expect(after['service.api']).toBeGreaterThan(0);
    },
  );

  it('keeps what a run of a part did not look at for a run that does', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: manifest(), open: '', [LEAVE]: '' });
    expect((await repo.trueup(APPLY)).status).toBe(0);
    await owe(repo, ['service.first']);

    expect((await repo.trueup([...APPLY, 'last'])).status).toBe(0);
    expect(journalOf(repo)).toContain('service.first');
    const planned = await repo.trueup(['plan']);
    expect(planned.stdout).toContain('service.first');
    expect(planned.stderr).toContain('an earlier run still owed, for itself or for its hooks: service.first');

    expect((await repo.trueup(['destroy', 'local', '--auto-approve'])).status).toBe(0);
    expect(journalOf(repo)).toBeNull();
  });

  it('is not made, read or not, by commands that only look', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: shop() });

    for (const args of [['plan', '--no-report'], ['status'], ['drift'], ['history'], ['show', 'local']]) {
      await repo.trueup(args);
      expect(existsSync(join(repo.root, '.trueup')), args.join(' ')).toBe(false);
    }
    expect((await repo.trueup(APPLY)).status).toBe(0);
    const before = await repo.tree();
    for (const args of [['plan', '--no-report'], ['status'], ['history']]) await repo.trueup(args);
    expect(await repo.tree()).toEqual(before);
    expect(readdirSync(join(repo.root, '.trueup', 'journal'))).toEqual([]);
  });

  it.skipIf(!CAN_MOUNT)('stops a run where its disk fills up midway, and the next one finishes it', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: manifest() });
    const state = join(repo.root, '.trueup');
    mkdirSync(state);
    await using _disk = mountedDisk(state);
    const running = repo.start(APPLY);
    const bothStarted = /(?:start","status":"done"[^]*){2}/;
    await eventually(() => bothStarted.test(journalOf(repo) ?? ''), 'both to be started');
    await filledUp(join(state, 'ballast'));
    // What is left of the last block of the journal takes some lines still.
    expect(() => appendFileSync(join(state, 'journal', 'local.ndjson'), ' '.repeat(4096))).toThrow('ENOSPC');
    const filling = setInterval(() => takeAll(join(state, 'ballast')), 5);
    await repo.write({ open: '' });

    const stopped = await running.done.finally(() => clearInterval(filling));

    expect(stopped.status).toBe(3);
    expect(stopped.stdout).toContain('state_unwritable');
    expect(Object.keys(await repo.pids()).sort()).toEqual(['service.first', 'service.slow']);
    rmSync(join(state, 'ballast'));
    expect((await repo.trueup(APPLY)).status).toBe(0);
    expect(Object.keys(await repo.pids())).toHaveLength(3);
    expect(journalOf(repo)).toBeNull();
  });

  it.skipIf(!CAN_MOUNT)('of a disk that is full, or read-only, lets no run begin', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: manifest(), open: '' });
    const state = join(repo.root, '.trueup');
    mkdirSync(state);
    await using _disk = mountedDisk(state);
    expect(() => writeFileSync(join(state, 'ballast'), Buffer.alloc(1024 * 1024))).toThrow('ENOSPC');
    const full = await repo.trueup(APPLY);
    rmSync(join(state, 'ballast'));
    expect(spawnSync('mount', ['-o', 'remount,ro', state]).status).toBe(0);
    const readOnly = await repo.trueup(APPLY);

    for (const { status, stderr } of [full, readOnly]) {
      expect(status).toBe(1);
      expect(stderr).toContain('state_unwritable');
    }
    expect(await repo.processes()).toEqual([]);
  });

  it('of a newer trueup stops whatever changes something, and nothing that only looks', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: shop() });
    await repo.write({ '.trueup/journal/local.ndjson': '{"format_version":"2.0"}\n' });

    const planned = await repo.trueup(['plan']);
    const applied = await repo.trueup(APPLY);

    expect(planned.status).toBe(0);
    expect(applied.status).toBe(1);
    expect(applied.stderr).toContain('state_too_new');
    expect(await repo.processes()).toEqual([]);
    await repo.removeState();
    expect((await repo.trueup(APPLY)).status).toBe(0);
    await repo.write({ '.trueup/journal/local.ndjson': '{"format_version":"2.0"}\n' });
    expect((await repo.trueup(APPLY)).status).toBe(1);
    expect(journalOf(repo)).toBe('{"format_version":"2.0"}\n');
  });
});

/** Fills up the disk of a file; what is just replaced there by others gives its blocks back a little later. */
async function filledUp(path: string): Promise<void> {
  const LOOKS = 100;
  let without = 0;
  await eventually(() => {
    const before = existsSync(path) ? statSync(path).size : 0;
    takeAll(path);
    without = statSync(path).size === before ? without + 1 : 0;
    return without === LOOKS;
  }, `${path} to take nothing more`);
}

/** As much as there is at this moment. */
function takeAll(path: string): void {
  expect(() => appendFileSync(path, Buffer.alloc(1024 * 1024))).toThrow('ENOSPC');
}

/** A small disk that can be filled up, until it is disposed of. */
function mountedDisk(folder: string): AsyncDisposable {
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', folder], { encoding: 'utf8' });
  if (mounted.status !== 0) throw new Error(mounted.stderr);
  return {
    [Symbol.asyncDispose]: async () => void spawnSync('umount', ['--lazy', folder]),
  };
}

/** A journal as `trueup restart` leaves it where it is killed before it has begun anything. */
async function owe(repo: ScratchRepo, addresses: readonly string[]): Promise<void> {
  const intent = {
    type: 'run_begun',
    run: '01KGA0000000000000000000RN',
    command: 'trueup restart',
    mode: 'apply',
    revision: { commit: null, dirty: false },
    started_at: '2026-01-31T10:00:00.000Z',
    changes: addresses.map((address) => ({ address, action: 'restart', reason: 'restart_by_request' })),
    steps: addresses.map((address) => {
      return { id: `${address}:restart`, address, changed: address, verb: 'restart', phase: 'alter' };
    }),
  };
  const lines = [{ format_version: '1.0' }, intent].map((line) => JSON.stringify(line));
  await repo.write({ '.trueup/journal/local.ndjson': `${lines.join('\n')}\n` });
}

function stepsOf(interrupted: Json): readonly Json[] {
  const steps = memberAt(interrupted, 'steps');
  return isJsonArray(steps) ? steps : [];
}
