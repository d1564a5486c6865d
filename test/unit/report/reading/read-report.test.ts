import { describe, expect, it } from 'vitest';
import { TrueupError } from '../../../../src/model/failure.ts';
import type { Json, JsonObject } from '../../../../src/model/json.ts';
import { member, parseJson } from '../../../../src/model/json.ts';
import { driftDocument } from '../../../../src/report/drift-document.ts';
import { parityDocument } from '../../../../src/report/parity-document.ts';
import { parityHistoryDocument } from '../../../../src/report/parity-history-document.ts';
import { planDocument } from '../../../../src/report/plan-document.ts';
import { runDocument } from '../../../../src/report/run-document.ts';
import { readReport } from '../../../../src/report/reading/read-report.ts';
import {
  DRIFT_REPORT,
  PARITY_HISTORY,
  PARITY_MATRIX,
  PARITY_REPORT,
  PLAN_REPORT,
  RUN_REPORT,
  SAMPLE_DRIFT,
  SAMPLE_HISTORY,
  SAMPLE_PLAN,
  SAMPLE_RUN,
} from '../../../support/sample-reports.ts';

/** As it comes from a file. */
function read(document: JsonObject): ReturnType<typeof readReport> {
  return readReport(parseJson(JSON.stringify(document)), 'a.json');
}

function refusal(document: Json): string {
  try {
    readReport(document, 'a.json');
  } catch (error) {
    if (error instanceof TrueupError) return `${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error('it was read');
}

describe('readReport', () => {
  it('reads a plan from which the same document is made again, secrets included', () => {
    const report = read(PLAN_REPORT);

    if (report.kind !== 'plan') throw new Error(report.kind);
    expect(planDocument({ ...SAMPLE_PLAN, ...report.plan })).toEqual(planDocument(SAMPLE_PLAN));
    expect(report.estimates).toEqual([{ address: 'service.db', downtime_ms: 2100, runs: 5 }]);
    expect(report.envelope).toMatchObject({ id: '01KGA000000000000000000001', duration_ms: 42 });
  });

  it('reads a run from which the same document is made again', () => {
    const report = read(RUN_REPORT);

    if (report.kind !== 'run') throw new Error(report.kind);
    const changes = report.run.changes.flatMap(({ change }) =>
      change === null ? [] : [{ ...change, before: null, after: null, after_unknown: false }],
    );
    expect({ ...RUN_REPORT, ...runDocument({ ...SAMPLE_RUN, rollbacks: report.run.rollbacks }, changes) }).toEqual(
      RUN_REPORT,
    );
  });

  it('reads drift from which the same document is made again', () => {
    const report = read(DRIFT_REPORT);

    if (report.kind !== 'drift') throw new Error(report.kind);
    expect(driftDocument({ ...SAMPLE_DRIFT, ...report.drift })).toEqual(driftDocument(SAMPLE_DRIFT));
    expect(report.drift.coverage).toMatchObject({ managed: 3, unmanaged: 1, ratio: 0.75 });
  });

  it('reads a parity from which the same document is made again, secrets included', () => {
    const report = read(PARITY_REPORT);

    if (report.kind !== 'parity') throw new Error(report.kind);
    const { fix, ...metadata } = member(PARITY_REPORT, 'metadata') as JsonObject;
    expect(parityDocument(report.parity)).toEqual({ ...PARITY_REPORT, metadata });
    expect(report.fixing).toEqual(fix);
    expect(report).toMatchObject({ history: null, envelope: { id: PARITY_REPORT['id'], trueup_version: '0.1.0' } });
  });

  it('reads how a parity went on, and a matrix', () => {
    const [history, matrix] = [read(PARITY_HISTORY), read(PARITY_MATRIX)];

    if (history.kind !== 'parity history') throw new Error(history.kind);
    expect(parityHistoryDocument(history.history)).toEqual(PARITY_HISTORY);
    expect(history.history.entries).toEqual(SAMPLE_HISTORY.entries);
    expect(matrix).toEqual({ kind: 'parity matrix', matrix: PARITY_MATRIX });
  });

  it('knows what a printed document is by what it has', () => {
    expect(read(planDocument(SAMPLE_PLAN))).toMatchObject({ kind: 'plan', envelope: null });
    expect(read(runDocument(SAMPLE_RUN, SAMPLE_PLAN.changes))).toMatchObject({ kind: 'run', envelope: null });
    expect(read(driftDocument(SAMPLE_DRIFT))).toMatchObject({ kind: 'drift', envelope: null });
  });

  it('reads a newer minor version, and ignores what it does not know', () => {
    expect(read({ ...PLAN_REPORT, format_version: '1.7', mood: 'good' })).toMatchObject({ kind: 'plan' });
  });

  it('reads the changes of older runs, which do not tell what they were about', () => {
    const changes = [{ address: 'service.db', action: 'create', status: 'failed', duration_ms: 5 }];

    expect(read({ ...RUN_REPORT, changes })).toMatchObject({ run: { changes: [{ ...changes[0], change: null }] } });
  });

  it('refuses what has no page, each with why', () => {
    let deep: Json = null;
    for (let depth = 0; depth < 10_000; depth += 1) deep = [deep];
    const refused = [
      [],
      { kind: 'health', format_version: '1.0' },
      { kind: { x: 1 } },
      { plans: [] },
      { environments: [] },
      { ...PLAN_REPORT, format_version: '2.0' },
      { kind: 'plan' },
      { ...PLAN_REPORT, unchanged: 'two' },
      { ...PLAN_REPORT, environment: deep },
      { ...PARITY_REPORT, metadata: null },
      { ...PARITY_REPORT, metadata: { ...(PARITY_REPORT['metadata'] as JsonObject), format_version: '2.0' } },
      { ...PARITY_REPORT, overall_status: 'fine' },
      { ...PARITY_HISTORY, history: {} },
      { ...PARITY_MATRIX, format_version: '3.1' },
      { history: [], format_version: '1.0' },
    ];

    expect(refused.map(refusal)).toEqual([
      'invalid_report_file: a.json is no report that a page can show: it is no JSON object',
      'invalid_report_file: a.json is no report that a page can show: its kind is health, and there is no page for that',
      'invalid_report_file: a.json is no report that a page can show: its kind is {"x":1}, and there is no page for that',
      'invalid_report_file: a.json is no report that a page can show: it holds documents of several environments',
      'invalid_report_file: a.json is no report that a page can show: it is the document of no plan, no run, no drift and no parity',
      'invalid_report_file: a.json is no report that a page can show: its format version is 2.0, and this trueup knows 1.x',
      'invalid_report_file: a.json is no report that a page can show: it has no format version',
      'invalid_report_file: a.json is no report that a page can show: /unchanged must be integer',
      'invalid_report_file: a.json is no report that a page can show: it is nested too deeply',
      'invalid_report_file: a.json is no report that a page can show: it has no format version',
      'invalid_report_file: a.json is no report that a page can show: its format version is 2.0, and this trueup knows 1.x',
      'invalid_report_file: a.json is no report that a page can show: /overall_status must be equal to one of the allowed values',
      'invalid_report_file: a.json is no report that a page can show: /history must be array',
      'invalid_report_file: a.json is no report that a page can show: its format version is 3.1, and this trueup knows 1.x',
      'invalid_report_file: a.json is no report that a page can show: it is the document of no plan, no run, no drift and no parity',
    ]);
  });
});
