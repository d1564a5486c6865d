import { describe, expect, it } from 'vitest';
import { type HistoryEntry, NO_CHANGES } from '../../../src/model/history.ts';
import { historyDocument } from '../../../src/report/history-document.ts';
import { renderHistory } from '../../../src/report/history-text.ts';
import { COMMIT, PLAIN } from '../../support/builders.ts';
import { schemaErrors } from '../../support/schemas.ts';

function entry(run: string, overrides: Partial<HistoryEntry> = {}): HistoryEntry {
  return {
    run,
    command: 'trueup apply',
    mode: 'apply',
    revision: { commit: COMMIT, dirty: false },
    started_at: '2026-01-31T10:00:00.000',
    duration_ms: 4210,
    status: 'succeeded',
    summary: NO_CHANGES,
    failed: [],
    rolled_back: [],
    report: null,
    ...overrides,
  };
}

const RUNS: readonly HistoryEntry[] = [
  entry('05', { status: 'not_ended', duration_ms: null }),
  entry('04', {
    status: 'failed',
    revision: { commit: COMMIT, dirty: true },
    summary: { ...NO_CHANGES, create: 1, failed: 1, skipped: 2 },
    failed: ['service.api'],
    rolled_back: ['service.api'],
  }),
  entry('03', { command: 'trueup stop', status: 'cancelled', summary: { ...NO_CHANGES, cancelled: 1 } }),
  entry('02', { status: 'failed', failed: ['service.a', 'service.b', 'service.c', 'service.d'] }),
  entry('01', { revision: { commit: null, dirty: false } }),
];

describe('the history', () => {
  it('is a table: when, which run, what of, and how it ended', () => {
    expect(renderHistory([{ name: 'local', runs: RUNS }], PLAIN)).toBe(
      [
        'local',
        'WHEN              RUN  COMMAND  REVISION         OUTCOME      TOOK   WHAT',
        '2026-01-31 10:00  05   apply    1a2b3c4          did not end',
        '2026-01-31 10:00  04   apply    1a2b3c4 (dirty)  rolled back  4.2 s  1 created, 2 skipped; failed: service.api',
        '2026-01-31 10:00  03   stop     1a2b3c4          interrupted  4.2 s  1 interrupted',
        '2026-01-31 10:00  02   apply    1a2b3c4          failed       4.2 s  failed: service.a, service.b, service.c and 1 more',
        '2026-01-31 10:00  01   apply    no commit yet    succeeded    4.2 s  nothing to do',
      ].join('\n'),
    );
  });

  it('says so where there is nothing', () => {
    expect(renderHistory([], PLAIN)).toBe('No run is remembered here.');
    expect(renderHistory([{ name: 'local', runs: [] }], PLAIN)).toBe('local: no run is remembered');
  });

  it('fits its schema as a document', () => {
    const runs = RUNS.map((run) => ({ ...run, started_at: '2026-01-31T10:00:00.000Z' }));

    const document = historyDocument([{ name: 'local', runs }]);

    expect(schemaErrors('history', document)).toEqual([]);
    expect(schemaErrors('history', historyDocument([]))).toEqual([]);
  });
});
