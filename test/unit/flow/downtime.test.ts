import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NO_IMPACT } from '../../../src/diff/impact.ts';
import { expectedDowntimes } from '../../../src/flow/downtime.ts';
import { medianOf } from '../../../src/flow/downtime-in-run.ts';
import type { Address } from '../../../src/model/address.ts';
import type { Change, ChangeAction } from '../../../src/model/change.ts';
import type { DowntimeEstimate } from '../../../src/model/estimate.ts';
import { type HistoryEntry, NO_CHANGES } from '../../../src/model/history.ts';
import { isJsonArray, type Json, type JsonObject } from '../../../src/model/json.ts';
import type { Plan } from '../../../src/model/plan.ts';
import { stateFolder } from '../../../src/state/folder.ts';
import { appendHistory } from '../../../src/state/history.ts';
import { change, plan, step } from '../../support/builders.ts';
import { scratchFolder } from '../state/scratch.ts';

const START = Date.parse('2026-01-31T10:00:00.000Z');

function past(phase: string, verb: string, from: number, to: number): JsonObject {
  const started_at = new Date(START + from).toISOString();
  return { address: 'service.web', phase, verb, status: 'done', started_at, duration_ms: to - from };
}

/** Down from 100 on, after a hook, until the gate at `until`. */
function restarted(until: number, action: ChangeAction = 'restart', status = 'done'): JsonObject {
  return {
    changes: [{ address: 'service.web', action, status }],
    steps: [
      past('stop', 'pre_stop', 0, 90),
      past('stop', 'stop', 100, 200),
      past('start', 'start', 300, 400),
      past('gate', 'service_healthy', 400, until),
    ],
  };
}

interface Past {
  readonly report: Json;
  readonly entry?: Partial<HistoryEntry>;
}

/** What is expected after these runs, the first of them the oldest. */
async function expectedAfter(runs: readonly Past[], of: Plan): Promise<readonly DowntimeEstimate[]> {
  const root = scratchFolder();
  const state = stateFolder(root);
  const entries = runs.map(({ report, entry }, index): HistoryEntry => {
    const path = `reports/local/run/${index}.json`;
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), typeof report === 'string' ? report : JSON.stringify(report));
    return {
      run: String(index),
      command: 'trueup apply',
      mode: 'apply',
      revision: { commit: null, dirty: false },
      started_at: new Date(START).toISOString(),
      duration_ms: 1,
      status: 'succeeded',
      summary: { ...NO_CHANGES, restart: 1, replace: 1 },
      failed: [],
      rolled_back: [],
      report: path,
      ...entry,
    };
  });
  await appendHistory(state, 'local', entries);
  return expectedDowntimes({ state, repository: { root } }, of);
}

function interrupting(address: Address, action: ChangeAction = 'restart'): Change {
  const impact = { ...NO_IMPACT, restarts: [address], connections_dropped: true, downtime: true };
  return change(address, { action, impact });
}

const RESTART = plan({
  changes: [interrupting('service.web')],
  steps: [
    step('service.web', 'stop', { phase: 'stop' }),
    step('service.web', 'start', { phase: 'start' }),
    step('service.web', 'service_healthy', { phase: 'gate' }),
  ],
});

describe('expected downtime', () => {
  it('is the median of the last five runs that did the same, from the stop to the gate', async () => {
    const runs = [900_000, 1100, 2100, 3100, 4100, 60_100].map((until) => ({ report: restarted(until) }));

    expect(await expectedAfter(runs, RESTART)).toEqual([{ address: 'service.web', downtime_ms: 3000, runs: 5 }]);
  });

  it('ends with the start where there was no gate', async () => {
    const { changes = null, steps = null } = restarted(0);
    const report = { changes, steps: isJsonArray(steps) ? steps.slice(0, 3) : null };

    expect(await expectedAfter([{ report }], RESTART)).toEqual([{ address: 'service.web', downtime_ms: 300, runs: 1 }]);
  });

  it('knows nothing from runs that did something else, did not get it done, or cannot be read', async () => {
    const beside = { changes: restarted(0)['changes'] ?? null, steps: [past('start', 'start', 0, 100)] };
    const runs: readonly Past[] = [
      { report: restarted(1100, 'replace') },
      { report: restarted(1100, 'restart', 'failed') },
      { report: beside },
      { report: '{"cut' },
      { report: restarted(1100), entry: { report: null } },
      { report: restarted(1100), entry: { targets: ['service.other'] } },
      { report: restarted(1100), entry: { summary: NO_CHANGES } },
    ];

    expect(await expectedAfter(runs, RESTART)).toEqual([{ address: 'service.web', downtime_ms: null, runs: 0 }]);
  });

  it('is not known of what a successor replaces that runs beside it, whatever was before', async () => {
    const beside = plan({
      changes: [interrupting('service.web', 'replace')],
      steps: [
        step('service.web', 'create', { phase: 'prepare' }),
        step('service.web', 'start', { phase: 'start' }),
        step('service.web', 'take_over', { phase: 'settle' }),
      ],
    });

    const expected = await expectedAfter([{ report: restarted(1100, 'replace') }], beside);

    expect(expected).toEqual([{ address: 'service.web', downtime_ms: null, runs: 0 }]);
  });

  it('is asked for by nothing where nothing is interrupted, or goes for good', async () => {
    const removed = change('service.web', { action: 'delete', impact: { ...NO_IMPACT, downtime: true } });

    expect(await expectedAfter([{ report: restarted(1100) }], plan({ changes: [change('service.web')] }))).toEqual([]);
    expect(await expectedAfter([{ report: restarted(1100) }], plan({ changes: [removed] }))).toEqual([]);
  });

  it('takes the middle, or what lies between the two in the middle', () => {
    expect([[], [7], [1, 9], [9, 1, 2], [4, 1, 2, 30]].map(medianOf)).toEqual([null, 7, 5, 2, 3]);
  });
});
