import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import type { TrueupError } from '../../../src/model/failure.ts';
import type { HealthCheckResult } from '../../../src/model/health.ts';
import { type StateFolder, stateFolder } from '../../../src/state/folder.ts';
import { type HealthHistory, type HealthHistoryOptions, healthHistory } from '../../../src/state/health-history.ts';
import { readHealthHistory } from '../../../src/state/health-reading.ts';
import { CAN_MOUNT, matching, scratchFolder, smallDisk } from './scratch.ts';

const NOON = Date.parse('2026-01-31T12:00:00.000Z');
const DAY = 24 * 3_600_000;

function result(id: string, at: number = NOON, output: string | null = null): HealthCheckResult {
  return {
    id,
    service_id: 'service.web',
    timestamp: new Date(at).toISOString(),
    status: 'healthy',
    details: { exit_code: 0, output, response_time_ms: 3, error_message: null },
    metadata: { check_type: 'script', triggered_by: 'automated_script', run_state: 'running' },
  };
}

interface Opened {
  readonly history: HealthHistory;
  readonly problems: TrueupError[];
}

function opened(folder: StateFolder, options: Partial<HealthHistoryOptions> = {}): Opened {
  const problems: TrueupError[] = [];
  const history = healthHistory(folder, 'local', { onTrouble: (problem) => problems.push(problem), ...options });
  return { history, problems };
}

async function add(history: HealthHistory, ...results: readonly HealthCheckResult[]): Promise<void> {
  for (const one of results) history.add(one);
  await history.flush();
}

async function idsIn(folder: StateFolder, since = 0): Promise<{ ids: string[]; problems: string[] }> {
  const problems: string[] = [];
  const ids: string[] = [];
  const options = { since, onProblem: ({ code }: TrueupError) => problems.push(code) };
  for await (const results of readHealthHistory(folder, 'local', options)) ids.push(...results.map(({ id }) => id));
  return { ids, problems };
}

function folderIn(folder: StateFolder): string {
  return join(folder.path, 'health', 'local');
}

function currentIn(folder: StateFolder): string {
  return join(folderIn(folder), 'current.ndjson');
}

describe('the health history', () => {
  it('touches nothing before there is a result, and reads nothing where there is none', async () => {
    const root = scratchFolder();
    await using _history = opened(stateFolder(root)).history;

    expect(await idsIn(stateFolder(root))).toEqual({ ids: [], problems: [] });
    expect(readdirSync(root)).toEqual([]);
  });

  it('holds whole results in the order in which they came, for the user alone', async () => {
    const folder = stateFolder(scratchFolder());
    const { history, problems } = opened(folder);
    await add(history, result('a'), result('b'));
    await add(history, result('c', NOON - 1000));

    const found: HealthCheckResult[] = [];
    for await (const one of readHealthHistory(folder, 'local', { since: 0, onProblem: () => undefined }))
      found.push(...one);

    expect(found).toEqual([result('a'), result('b'), result('c', NOON - 1000)]);
    expect(problems).toEqual([]);
    expect(statSync(currentIn(folder)).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(folder.path, '.gitignore'), 'utf8')).toBe('*\n');
    expect(await idsIn(folder, NOON)).toEqual({ ids: ['a', 'b'], problems: [] });
  });

  it('is written seconds later and once for all that came meanwhile, or when it is disposed of', async () => {
    const folder = stateFolder(scratchFolder());
    {
      await using history = opened(folder).history;
      vi.useFakeTimers();
      try {
        history.add(result('a'));
        await vi.advanceTimersByTimeAsync(1500);
        expect(existsSync(currentIn(folder))).toBe(false);
      } finally {
        vi.useRealTimers();
      }
      history.add(result('b'));
    }

    expect((await idsIn(folder)).ids).toEqual(['a', 'b']);
  });

  it('survives a line that a crash cut off, and goes on behind it', async () => {
    const folder = stateFolder(scratchFolder());
    await add(opened(folder).history, result('a'), result('b'));
    truncateSync(currentIn(folder), statSync(currentIn(folder)).size - 20);

    expect(await idsIn(folder)).toEqual({ ids: ['a'], problems: [] });
    await add(opened(folder).history, result('c'));

    expect(await idsIn(folder)).toEqual({ ids: ['a', 'c'], problems: [] });
  });

  it('rotates at a size, compresses what is rotated, and reads all of it in order', async () => {
    const folder = stateFolder(scratchFolder());
    let now = NOON;
    const { history, problems } = opened(folder, { rotateBytes: 4000, now: () => now });
    const ids = Array.from({ length: 62 }, (_, index) => `id-${String(index).padStart(2, '0')}`);
    for (const id of ids) {
      now += 60_000;
      await add(history, result(id, now));
    }

    const files = readdirSync(folderIn(folder)).toSorted();
    expect(files.length).toBeGreaterThan(3);
    expect(files.at(-1)).toBe('current.ndjson');
    for (const name of files.slice(0, -1)) expect(name).toMatch(/^\d{8}T\d{9}Z\.ndjson\.gz$/);
    for (const name of files.slice(0, -1)) {
      const text = gunzipSync(readFileSync(join(folderIn(folder), name))).toString();
      expect(text).toMatch(/^\{"format_version":"1\.0"\}\n/);
      expect(statSync(join(folderIn(folder), name)).mode & 0o777).toBe(0o600);
    }
    expect(await idsIn(folder)).toEqual({ ids, problems: [] });
    expect(await idsIn(folder, now - 5 * 60_000)).toEqual({ ids: ids.slice(-6), problems: [] });
    expect(problems).toEqual([]);
  });

  it('rotates what is a day old, also after a restart, and keeps 30 days', async () => {
    const folder = stateFolder(scratchFolder());
    for (let day = 0; day < 40; day += 1) {
      const now = NOON + day * DAY;
      await add(opened(folder, { now: () => now }).history, result(`day-${day}`, now));
    }

    const { ids } = await idsIn(folder);
    expect(ids.at(-1)).toBe('day-39');
    expect(ids.length).toBeGreaterThanOrEqual(30);
    expect(ids.length).toBeLessThanOrEqual(33);
  });

  it('finishes a rotation that a crash cut off', async () => {
    const folder = stateFolder(scratchFolder());
    mkdirSync(folderIn(folder), { recursive: true });
    const header = '{"format_version":"1.0"}\n';
    const plain = join(folderIn(folder), '20260131T090000000Z.ndjson');
    const done = join(folderIn(folder), '20260131T080000000Z.ndjson');
    writeFileSync(plain, `${header}${JSON.stringify(result('b'))}\n`);
    writeFileSync(`${plain}.gz.tmp`, 'half');
    writeFileSync(done, `${header}${JSON.stringify(result('a'))}\n`);
    writeFileSync(`${done}.gz`, gzipSync(readFileSync(done)));

    expect((await idsIn(folder)).ids).toEqual(['a', 'b']);
    await add(opened(folder, { now: () => NOON }).history, result('c'));

    expect((await idsIn(folder)).ids).toEqual(['a', 'b', 'c']);
    expect(readdirSync(folderIn(folder)).toSorted()).toEqual([
      '20260131T080000000Z.ndjson.gz',
      '20260131T090000000Z.ndjson.gz',
      'current.ndjson',
    ]);
  });

  it('tells of a damaged file, and shows the others', async () => {
    const folder = stateFolder(scratchFolder());
    await add(opened(folder, { now: () => NOON }).history, result('now'));
    const lines = Array.from({ length: 5000 }, (_, index) => JSON.stringify(result(`old-${index}`)));
    const whole = gzipSync(`{"format_version":"1.0"}\n${lines.join('\n')}\n`);
    writeFileSync(join(folderIn(folder), '20260130T090000000Z.ndjson.gz'), whole.subarray(0, whole.length / 2));
    writeFileSync(join(folderIn(folder), '20260130T080000000Z.ndjson.gz'), 'no archive');

    const { ids, problems } = await idsIn(folder);

    expect(problems).toEqual(['state_unreadable', 'state_unreadable']);
    expect(ids.at(-1)).toBe('now');
    expect(ids[0]).toBe('old-0');
  });

  it('leaves out lines that say nothing', async () => {
    const folder = stateFolder(scratchFolder());
    await add(opened(folder).history, result('a'));
    appendFileSync(currentIn(folder), `nonsense\n{}\n${JSON.stringify({ ...result('x'), status: 'odd' })}\n`);
    await add(opened(folder).history, result('b'));

    expect(await idsIn(folder)).toEqual({ ids: ['a', 'b'], problems: [] });
  });

  it('leaves the file of a newer trueup alone, moves aside what nobody can read, and says so once', async () => {
    const [newer, odd] = [stateFolder(scratchFolder()), stateFolder(scratchFolder())];
    for (const [folder, content] of [
      [newer, '{"format_version":"2.0"}\n{"mood":"fine"}\n'],
      [odd, 'what is this\n'],
    ] as const) {
      mkdirSync(folderIn(folder), { recursive: true });
      writeFileSync(currentIn(folder), content);
    }

    const { history, problems } = opened(newer);
    await add(history, result('a'));
    await add(history, result('b'));
    expect(problems.map(({ code }) => code)).toEqual(['state_too_new']);
    expect(await idsIn(newer)).toEqual({ ids: [], problems: ['state_too_new'] });
    expect(readFileSync(currentIn(newer), 'utf8')).toContain('"2.0"');

    await add(opened(odd).history, result('a'));
    expect((await idsIn(odd)).ids).toEqual(['a']);
    expect(readdirSync(folderIn(odd))).toContainEqual(matching(/^current\.ndjson\.unreadable-/));
  });

  it('is begun anew where the folder was deleted meanwhile', async () => {
    const folder = stateFolder(scratchFolder());
    const { history, problems } = opened(folder);
    await add(history, result('a'));
    rmSync(folder.path, { recursive: true });
    await add(history, result('b'));

    expect((await idsIn(folder)).ids).toEqual(['b']);
    expect(problems).toEqual([]);
  });

  it.runIf(CAN_MOUNT)('says once that the disk is full, and goes on when it is not any more', async () => {
    const folder = stateFolder(smallDisk('256k'));
    const { history, problems } = opened(folder);
    await add(history, result('a'));
    const filler = join(dirname(folder.path), 'filler');
    try {
      writeFileSync(filler, Buffer.alloc(512 * 1024));
    } catch {
      // As full as it gets.
    }

    for (const id of ['b', 'c', 'd']) await add(history, result(id, NOON, 'x'.repeat(4000)));
    expect(problems.map(({ code }) => code)).toEqual(['state_unwritable']);

    rmSync(filler);
    await add(history, result('e'));
    const { ids } = await idsIn(folder);
    expect([ids[0], ids.at(-1)]).toEqual(['a', 'e']);
    expect(problems.length).toBe(1);
  });
});
