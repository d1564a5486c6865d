import { describe, expect, it } from 'vitest';
import { type Past, targetBefore, targetNamed } from '../../../src/flow/rollback-target.ts';
import type { HistoryEntry } from '../../../src/model/history.ts';
import { containing, git, never, repoWith } from '../git/scratch-repo.ts';

const [A, B, C] = ['a', 'b', 'c'].map((letter) => letter.repeat(40)) as [string, string, string];

let serial = 0;

function ran(
  commit: string | null,
  overrides: Partial<HistoryEntry> & { readonly dirty?: boolean } = {},
): HistoryEntry {
  const { dirty = false, ...rest } = overrides;
  serial += 1;
  const counts = { create: 0, update: 0, restart: 0, replace: 0, delete: 0, move: 0 };
  return {
    run: `01KAXYZ${String(serial).padStart(19, '0')}`,
    command: 'trueup apply',
    mode: 'apply',
    revision: { commit, dirty },
    started_at: '2026-01-31T10:20:30.456Z',
    duration_ms: 10,
    status: 'succeeded',
    summary: { ...counts, failed: 0, cancelled: 0, skipped: 0, not_started: 0 },
    failed: [],
    rolled_back: [],
    report: null,
    ...rest,
  };
}

function past(...history: readonly HistoryEntry[]): Past {
  const nothing = { last_applied: null, last_attempted: null, last_healthy: null, attempt_healthy: true };
  return { environment: 'local', history, revisions: nothing };
}

describe('a rollback without a word', () => {
  it('goes to what was healthy before what was attempted last', () => {
    expect(targetBefore(past(ran(A), ran(B), ran(B))).commit).toBe(A);
    expect(targetBefore(past(ran(A), ran(B, { status: 'failed' }))).commit).toBe(A);
    expect(targetBefore(past(ran(A), ran(B), ran(C, { status: 'not_ended' }))).commit).toBe(B);
    expect(targetBefore(past(ran(A), ran(B), ran(A))).commit).toBe(B);
  });

  it('goes further back after a rollback, not forth again', () => {
    const back = { command: 'trueup rollback' };

    expect(targetBefore(past(ran(A), ran(B), ran(C), ran(B, back))).commit).toBe(A);
    expect(targetBefore(past(ran(A), ran(B), ran(A, back), ran(C))).commit).toBe(A);
  });

  it('asks nothing of runs that say nothing about a revision', () => {
    const history = [
      ran(A),
      ran(B),
      ran(C, { command: 'trueup restart' }),
      ran(C, { targets: ['service.web'] }),
      ran(C, { mode: 'destroy', command: 'trueup destroy' }),
    ];

    expect(targetBefore(past(...history)).commit).toBe(A);
  });

  it('leaves out working trees with changes, and says which run it passed over', () => {
    const dirty = ran(B, { dirty: true });

    expect(targetBefore(past(ran(A), dirty, ran(C)))).toMatchObject({ commit: A, passedOver: dirty.run });
    expect(targetBefore(past(ran(A), ran(A, { dirty: true })))).toMatchObject({ commit: A, passedOver: null });
  });

  it('names the nearest commit where only changed working trees were healthy', () => {
    expect(() => targetBefore(past(ran(A, { dirty: true }), ran(B)))).toThrow(/git does not hold/);
    expect(() => targetBefore(past(ran(null, { dirty: true }), ran(B)))).toThrow(/before the first commit/);
  });

  it('goes by what is recorded where the history is lost', () => {
    const revisions = {
      last_applied: { commit: A, dirty: false },
      last_attempted: { commit: B, dirty: false },
      last_healthy: { commit: A, dirty: false },
      attempt_healthy: false,
    };

    expect(targetBefore({ environment: 'local', history: [], revisions })).toMatchObject({ commit: A, run: null });
    expect(() =>
      targetBefore({ environment: 'local', history: [], revisions: { ...revisions, last_healthy: null } }),
    ).toThrow(/no other revision/);
  });
});

describe('a rollback to a word', () => {
  it('goes to the commit or the run that it means, by the beginning of an id, too', async () => {
    const folder = repoWith({ a: '1' });
    const commit = git(folder, 'rev-parse', 'HEAD');
    const run = ran(A);
    const known = past(run, ran(B));

    expect(await targetNamed(folder, 'main', known, never)).toMatchObject({ commit, run: null });
    expect(await targetNamed(folder, run.run, known, never)).toMatchObject({ commit: A, run: run.run });
    expect(await targetNamed(folder, run.run.toLowerCase(), known, never)).toMatchObject({ commit: A, run: run.run });
  });

  it('wants more of a word that begins several', async () => {
    const folder = repoWith({ a: '1' });
    git(folder, 'branch', '01KAXYZ');

    await expect(targetNamed(folder, '01KAXY', past(ran(A), ran(B)), never)).rejects.toMatchObject({
      code: 'ambiguous_address',
    });
    await expect(targetNamed(folder, '01KAXYZ', past(ran(A)), never)).rejects.toMatchObject({
      message: containing('commit'),
    });
  });

  it('refuses a run that is nothing to go back to', async () => {
    const folder = repoWith({ a: '1' });
    const [dirty, removal] = [ran(A, { dirty: true }), ran(B, { mode: 'destroy' })];
    const known = past(dirty, removal);

    await expect(targetNamed(folder, dirty.run, known, never)).rejects.toMatchObject({
      code: 'nothing_to_go_back_to',
      next: containing('aaaaaaaaaaaa'),
    });
    await expect(targetNamed(folder, removal.run, known, never)).rejects.toMatchObject({
      message: containing('removed'),
    });
    await expect(targetNamed(folder, 'nothing', known, never)).rejects.toMatchObject({ code: 'revision_not_found' });
  });
});
