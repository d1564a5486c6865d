import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type HistoryEntry, NO_CHANGES } from '../../../src/model/history.ts';
import { stateFolder, type StateFolder } from '../../../src/state/folder.ts';
import { appendHistory, readHistory, readLastRun, rememberedEnvironments } from '../../../src/state/history.ts';
import { matching, scratchFolder } from './scratch.ts';

function entry(run: string, overrides: Partial<HistoryEntry> = {}): HistoryEntry {
  return {
    run,
    command: 'trueup apply',
    mode: 'apply',
    revision: { commit: 'c'.repeat(40), dirty: false },
    started_at: '2026-01-31T10:00:00.000Z',
    duration_ms: 1200,
    status: 'succeeded',
    summary: NO_CHANGES,
    failed: [],
    rolled_back: [],
    report: null,
    ...overrides,
  };
}

function pathIn(folder: StateFolder): string {
  return join(folder.path, 'history', 'local.ndjson');
}

async function runsIn(folder: StateFolder): Promise<readonly string[]> {
  return (await readHistory(folder, 'local')).entries.map(({ run }) => run);
}

describe('the history', () => {
  it('is nothing where nothing was written; reading makes no folder', async () => {
    const root = scratchFolder();

    expect(await readHistory(stateFolder(root), 'local')).toEqual({ entries: [], problem: null });
    expect(await readLastRun(stateFolder(root), 'local')).toBeNull();
    expect(await rememberedEnvironments(stateFolder(root))).toEqual([]);
    expect(readdirSync(root)).toEqual([]);
  });

  it('keeps the order in which runs ended, whatever the clock did', async () => {
    const folder = stateFolder(scratchFolder());
    const first = entry('a', { started_at: '2030-01-01T00:00:00.000Z' });
    const second = entry('b', { started_at: '1999-01-01T00:00:00.000Z', status: 'failed', failed: ['service.api'] });

    await appendHistory(folder, 'local', [first]);
    await appendHistory(folder, 'local', [second]);

    expect(await readHistory(folder, 'local')).toEqual({ entries: [first, second], problem: null });
    expect(await rememberedEnvironments(folder)).toEqual(['local']);
  });

  it('has one entry for a run, the last that was written', async () => {
    const folder = stateFolder(scratchFolder());

    await appendHistory(folder, 'local', [entry('a', { status: 'not_ended' }), entry('b')]);
    await appendHistory(folder, 'local', [entry('a', { status: 'not_ended', duration_ms: 5 })]);

    expect((await readHistory(folder, 'local')).entries).toMatchObject([{ run: 'a', duration_ms: 5 }, { run: 'b' }]);
  });

  it('leaves out what a crash cut off, and goes on behind it', async () => {
    const folder = stateFolder(scratchFolder());
    await appendHistory(folder, 'local', [entry('a'), entry('b')]);
    const whole = readFileSync(pathIn(folder), 'utf8');
    writeFileSync(pathIn(folder), whole.slice(0, -20));

    expect(await runsIn(folder)).toEqual(['a']);
    expect(await readLastRun(folder, 'local')).toEqual(entry('a'));
    await appendHistory(folder, 'local', [entry('c')]);

    expect(await runsIn(folder)).toEqual(['a', 'c']);
    expect(await readLastRun(folder, 'local')).toEqual(entry('c'));
  });

  it('is bounded, and forgets the oldest first', async () => {
    const folder = stateFolder(scratchFolder());
    const many = Array.from({ length: 1100 }, (_, index) => entry(`run-${index}`));

    await appendHistory(folder, 'local', many);
    expect((await runsIn(folder)).length).toBe(1000);
    await appendHistory(folder, 'local', [entry('last')]);

    const lines = readFileSync(pathIn(folder), 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(1001);
    const runs = await runsIn(folder);
    expect([runs[0], runs.at(-1), runs.length]).toEqual(['run-101', 'last', 1000]);
  });

  it('that cannot be read is moved aside and kept; a newer one stays as it is', async () => {
    const [damaged, newer] = [stateFolder(scratchFolder()), stateFolder(scratchFolder())];
    for (const [folder, text] of [
      [damaged, 'nonsense\n'],
      [newer, '{"format_version":"7.0"}\n'],
    ] as const) {
      mkdirSync(dirname(pathIn(folder)), { recursive: true });
      writeFileSync(pathIn(folder), text);
    }

    expect((await readHistory(damaged, 'local')).problem).toMatchObject({ code: 'state_unreadable' });
    await appendHistory(damaged, 'local', [entry('a')]);
    expect(await runsIn(damaged)).toEqual(['a']);
    expect(readdirSync(dirname(pathIn(damaged))).sort()).toEqual([
      'local.ndjson',
      matching(/^local\.ndjson\.unreadable-/),
    ]);
    await expect(appendHistory(newer, 'local', [entry('a')])).rejects.toMatchObject({ code: 'state_too_new' });
    expect(readFileSync(pathIn(newer), 'utf8')).toBe('{"format_version":"7.0"}\n');
  });
});
