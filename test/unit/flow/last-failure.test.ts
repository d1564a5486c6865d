import { describe, expect, it } from 'vitest';
import { failureIn } from '../../../src/flow/last-failure.ts';
import { type HistoryEntry, NO_CHANGES } from '../../../src/model/history.ts';

const ENTRY: HistoryEntry = {
  run: '01',
  command: 'trueup apply',
  mode: 'apply',
  revision: { commit: null, dirty: false },
  started_at: '2026-01-31T00:00:00.000Z',
  duration_ms: 1,
  status: 'failed',
  summary: NO_CHANGES,
  failed: ['service.db'],
  rolled_back: [],
  report: null,
};

const HEAD = { run: '01', command: 'trueup apply', at: ENTRY.started_at };
const STEP = {
  id: 'service.web:start',
  address: 'service.web',
  phase: 'start',
  status: 'done',
  error: null,
  skipped_because: null,
};

describe('failureIn', () => {
  it('tells the step that failed, was skipped or was cancelled, and why', () => {
    const error = { message: 'no', next: 'look' };
    const report = { steps: [STEP, { ...STEP, id: 'service.web:create', status: 'failed', error }] };

    expect(failureIn(ENTRY, 'service.web', report)).toEqual({
      ...HEAD,
      step: 'service.web:create',
      status: 'failed',
      skipped_because: null,
      message: 'no',
      next: 'look',
    });
    expect(
      failureIn(ENTRY, 'service.web', {
        steps: [{ ...STEP, status: 'skipped', skipped_because: 'service.db:create' }],
      }),
    ).toMatchObject({ step: 'service.web:start', status: 'skipped', skipped_because: 'service.db:create' });
  });

  it('tells the gate that was not met at the end', () => {
    const gate = { address: 'service.web', condition: 'service_healthy', met: false, reason: 'exit 1' };

    expect(failureIn(ENTRY, 'service.web', { steps: [STEP], gates: [gate] })).toMatchObject({
      step: 'service.web:service_healthy',
      status: 'gate_not_met',
      message: 'exit 1',
    });
  });

  it('says nothing of what went well, and no more than the history knows where the report is gone or broken', () => {
    for (const report of [null, [], { steps: 'x' }, { steps: [null, 1] }, { steps: [STEP], gates: [] }]) {
      expect(failureIn(ENTRY, 'service.web', report)).toBeNull();
      expect(failureIn(ENTRY, 'service.db', report)).toMatchObject({ step: null, status: 'failed', message: null });
    }
  });
});
