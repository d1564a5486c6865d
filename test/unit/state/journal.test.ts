import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Address } from '../../../src/model/address.ts';
import { stateFolder, type StateFolder } from '../../../src/state/folder.ts';
import {
  beginJournal,
  journalPath,
  type JournalRest,
  readJournal,
  type RunningJournal,
  settleJournal,
} from '../../../src/state/journal.ts';
import type { JournalIntent } from '../../../src/state/journal-entries.ts';
import { openSteps } from '../../../src/state/journal-reading.ts';
import { CAN_MOUNT, containing, matching, scratchFolder, smallDisk } from './scratch.ts';

const NOTHING: JournalRest = { owed: [], cutOff: null };

function intent(run: string, reason = 'restart_by_request'): JournalIntent {
  const step = (address: Address, verb: string) => ({
    id: `${address}:${verb}`,
    address,
    changed: address,
    verb,
    phase: 'start' as const,
  });
  return {
    run,
    command: 'trueup apply',
    mode: 'apply',
    revision: { commit: 'c'.repeat(40), dirty: false },
    started_at: '2026-01-31T10:00:00.000Z',
    changes: [
      { address: 'service.web', action: 'restart', reason },
      { address: 'service.api', action: 'create', reason: 'missing' },
    ],
    steps: [step('service.web', 'stop'), step('service.web', 'start'), step('service.api', 'create')],
  };
}

async function begun(folder: StateFolder, run = 'run-1', before = NOTHING): Promise<RunningJournal> {
  const journal = await beginJournal(folder, 'local', intent(run), { ...before, problem: null });
  onTestFinished(() => journal[Symbol.asyncDispose]());
  return journal;
}

function textOf(folder: StateFolder): string {
  return readFileSync(journalPath(folder, 'local'), 'utf8');
}

describe('the journal', () => {
  it('is nothing, and no problem, where nothing was written; reading makes no folder', async () => {
    const root = scratchFolder();

    expect(await readJournal(stateFolder(root), 'local')).toEqual({ reading: { runs: [], owed: [] }, problem: null });
    expect(readdirSync(root)).toEqual([]);
  });

  it('holds what a run means to do, and each step before and after, in this order, for its user alone', async () => {
    const folder = stateFolder(scratchFolder());
    const journal = await begun(folder);
    await journal.stepBegun('service.web:stop');
    void journal.stepEnded('service.web:stop', 'done');
    await journal.stepBegun('service.web:start');

    const lines = textOf(folder)
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));

    expect(lines).toMatchObject([
      { format_version: '1.0' },
      { type: 'run_begun', run: 'run-1', command: 'trueup apply', steps: [{ id: 'service.web:stop' }, {}, {}] },
      { type: 'step_begun', run: 'run-1', step: 'service.web:stop' },
      { type: 'step_ended', run: 'run-1', step: 'service.web:stop', status: 'done' },
      { type: 'step_begun', run: 'run-1', step: 'service.web:start' },
    ]);
    expect(statSync(journalPath(folder, 'local')).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(journalPath(folder, 'local'))).mode & 0o777).toBe(0o700);
  });

  it('tells of a run that was cut off which steps are open and which restarts it owes', async () => {
    const folder = stateFolder(scratchFolder());
    const journal = await begun(folder);
    await journal.stepBegun('service.web:stop');

    const { reading } = await readJournal(folder, 'local');

    expect(reading.runs.map(({ status }) => status)).toEqual([null]);
    expect(reading.runs.flatMap((run) => openSteps(run)).map(({ id }) => id)).toEqual(['service.web:stop']);
    expect(reading.owed).toEqual([{ address: 'service.web', possibly_repeated: true }]);
  });

  it('owes no restart of which every step was done, and none possibly repeated that was never begun', async () => {
    const [done, untouched] = [stateFolder(scratchFolder()), stateFolder(scratchFolder())];
    const journal = await begun(done);
    for (const step of ['service.web:stop', 'service.web:start']) {
      await journal.stepBegun(step);
      await journal.stepEnded(step, 'done');
    }
    await begun(untouched);

    expect((await readJournal(done, 'local')).reading.owed).toEqual([]);
    expect((await readJournal(untouched, 'local')).reading.owed).toEqual([
      { address: 'service.web', possibly_repeated: false },
    ]);
  });

  it('is gone once its run has ended and nothing is open', async () => {
    const folder = stateFolder(scratchFolder());
    const journal = await begun(folder);
    await journal.stepBegun('service.web:stop');

    await journal.end('succeeded', NOTHING);

    expect(readdirSync(dirname(journalPath(folder, 'local')))).toEqual([]);
  });

  it('keeps what is still open of earlier runs, through runs that are cut off as well, and never grows by them', async () => {
    const folder = stateFolder(scratchFolder());
    const rest: JournalRest = {
      owed: [{ address: 'service.db', possibly_repeated: true }],
      cutOff: { ...intent('run-0'), changes: [], steps: intent('run-0').steps.slice(2) },
    };
    const sizes = new Set<number>();
    for (let index = 0; index < 20; index += 1) {
      await begun(folder, 'run-1', rest);
      sizes.add(textOf(folder).length);
    }

    const { reading } = await readJournal(folder, 'local');
    expect(sizes.size).toBe(1);
    expect(reading.runs.map(({ intent: { run } }) => run)).toEqual(['run-0', 'run-1']);
    expect(reading.runs.flatMap((run) => openSteps(run)).map(({ id }) => id)).toEqual(['service.api:create']);
    expect(reading.owed).toEqual([
      { address: 'service.db', possibly_repeated: true },
      { address: 'service.web', possibly_repeated: false },
    ]);
    await settleJournal(folder, 'local', NOTHING, null);
    expect(existsSync(journalPath(folder, 'local'))).toBe(false);
  });

  it('no longer owes what a later run carried out before it was cut off', async () => {
    const folder = stateFolder(scratchFolder());
    const rest: JournalRest = { owed: [{ address: 'service.web', possibly_repeated: true }], cutOff: null };
    const journal = await begun(folder, 'run-2', rest);
    for (const step of ['service.web:stop', 'service.web:start']) {
      await journal.stepBegun(step);
      await journal.stepEnded(step, 'done');
    }

    expect((await readJournal(folder, 'local')).reading.owed).toEqual([]);
  });

  it('of a run that ended owes what was to restart with its dependency, and not what a person asked for', async () => {
    for (const [reason, owed] of [
      ['restart_with_dependency', [{ address: 'service.web', possibly_repeated: false }]],
      ['restart_by_request', []],
    ] as const) {
      const folder = stateFolder(scratchFolder());
      await using _journal = await beginJournal(folder, 'local', intent('run-1', reason), {
        ...NOTHING,
        problem: null,
      });
      const started = { type: 'step_begun', run: 'run-1', step: 'service.web:stop', at: '2026-01-31T10:00:00.500Z' };
      const failed = { ...started, type: 'step_ended', status: 'failed' };
      const ended = { type: 'run_ended', run: 'run-1', status: 'failed', at: '2026-01-31T10:00:01.000Z' };
      writeFileSync(
        journalPath(folder, 'local'),
        `${textOf(folder)}${[started, failed, ended].map((line) => `${JSON.stringify(line)}\n`).join('')}`,
      );

      expect((await readJournal(folder, 'local')).reading.owed).toEqual(owed);
    }
  });

  it('cut at any byte says what its whole lines say', async () => {
    const folder = stateFolder(scratchFolder());
    const journal = await begun(folder);
    await journal.stepBegun('service.web:stop');
    await journal.stepEnded('service.web:stop', 'done');
    await journal.stepBegun('service.web:start');
    const bytes = readFileSync(journalPath(folder, 'local'));

    for (let length = 0; length < bytes.length; length += 1) {
      writeFileSync(journalPath(folder, 'local'), bytes.subarray(0, length));
      const { reading, problem } = await readJournal(folder, 'local');
      const lines = bytes.subarray(0, length).toString('utf8').split('\n').length - 1;
      expect([length, problem]).toEqual([length, null]);
      const open = reading.runs.flatMap((run) => openSteps(run)).map(({ id }) => id);
      expect([length, open]).toEqual([length, lines === 3 ? ['service.web:stop'] : []]);
    }
  });

  it('ends in zeros where the power failed, and they say nothing', async () => {
    const folder = stateFolder(scratchFolder());
    await begun(folder);
    writeFileSync(journalPath(folder, 'local'), `${textOf(folder)}${'\0'.repeat(100)}`);

    const { reading, problem } = await readJournal(folder, 'local');

    expect(problem).toBeNull();
    expect(reading.runs).toHaveLength(1);
  });

  it('damaged elsewhere counts as nothing, and is kept under another name before a run begins', async () => {
    const folder = stateFolder(scratchFolder());
    await begun(folder);
    const text = textOf(folder).replace('"type":"run_begun"', '"type":"run_beg');
    writeFileSync(journalPath(folder, 'local'), text);

    const { reading, problem } = await readJournal(folder, 'local');
    expect(reading.runs).toEqual([]);
    expect(problem).toMatchObject({ code: 'state_unreadable', message: containing('line 2') });
    await using _journal = await beginJournal(folder, 'local', intent('run-2'), { ...NOTHING, problem });

    const files = readdirSync(dirname(journalPath(folder, 'local'))).sort();
    expect(files).toEqual(['local.ndjson', matching(/^local\.ndjson\.unreadable-\d{8}T\d{6}\.\d{3}Z$/)]);
    expect(readFileSync(join(folder.path, 'journal', files[1] ?? ''), 'utf8')).toBe(text);
    expect((await readJournal(folder, 'local')).reading.runs[0]?.intent.run).toBe('run-2');
  });

  it('of a newer minor format is read without the lines it does not know; a newer major one stops a run and stays', async () => {
    const folder = stateFolder(scratchFolder());
    await begun(folder);
    const newer = textOf(folder).replace('"1.0"', '"1.9"');
    writeFileSync(journalPath(folder, 'local'), `${newer}{"type":"weather","sunny":true}\n`);
    expect(await readJournal(folder, 'local')).toMatchObject({ problem: null, reading: { runs: [{}] } });

    writeFileSync(journalPath(folder, 'local'), '{"format_version":"2.0"}\n');
    const { problem } = await readJournal(folder, 'local');
    expect(problem).toMatchObject({ code: 'state_too_new' });
    await expect(beginJournal(folder, 'local', intent('run-2'), { ...NOTHING, problem })).rejects.toMatchObject({
      code: 'state_too_new',
    });
    expect(textOf(folder)).toBe('{"format_version":"2.0"}\n');
  });

  it('refuses to begin where it cannot be written', async () => {
    const folder = stateFolder(scratchFolder());
    mkdirSync(folder.path);
    writeFileSync(join(folder.path, 'journal'), '');

    await expect(begun(folder)).rejects.toMatchObject({ code: 'state_unwritable' });
  });

  it.skipIf(!CAN_MOUNT)(
    'on a disk that fills up fails every line from then on, and makes room in the end',
    async () => {
      const disk = smallDisk('256k');
      const folder = stateFolder(disk);
      const journal = await begun(folder);
      await journal.stepBegun('service.web:stop');
      expect(() => writeFileSync(join(disk, 'ballast'), Buffer.alloc(512 * 1024))).toThrow('ENOSPC');

      const failed = { code: 'state_unwritable', fields: { errno: 'ENOSPC' }, next: containing('space') };
      // What is left of the last block of the file takes some lines still.
      await expect(manyLines(journal)).rejects.toMatchObject(failed);
      await expect(journal.stepBegun('service.web:start')).rejects.toMatchObject(failed);
      await expect(journal.end('failed', NOTHING)).rejects.toMatchObject(failed);

      expect(existsSync(journalPath(folder, 'local'))).toBe(false);
    },
  );
});

async function manyLines(journal: RunningJournal): Promise<void> {
  for (let index = 0; index < 100; index += 1) await journal.stepBegun('service.web:stop');
}

describe('what a second stage adds', () => {
  it('is known of a run that is cut off in it, and nothing twice', async () => {
    const folder = stateFolder(scratchFolder());
    const journal = await begun(folder);
    const start = { id: 'service.db:start', address: 'service.db', changed: 'service.db', verb: 'start' } as const;
    const { steps } = intent('run-1');
    await journal.extend({
      changes: [{ address: 'service.db', action: 'update', reason: 'not_running' }],
      steps: [...steps, { ...start, phase: 'start' }],
    });
    await journal.stepBegun(start.id);
    await journal[Symbol.asyncDispose]();

    const { reading } = await readJournal(folder, 'local');

    const [run] = reading.runs;
    expect(run?.intent.steps).toHaveLength(steps.length + 1);
    expect(run === undefined ? [] : openSteps(run).map(({ id }) => id)).toEqual([start.id]);
  });
});
