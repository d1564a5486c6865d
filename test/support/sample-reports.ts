/** Reports of each kind with something of everything in them, as they lie in the reports folder. */
import { NO_IMPACT } from '../../src/diff/impact.ts';
import type { Coverage } from '../../src/model/coverage.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { Plan } from '../../src/model/plan.ts';
import type { Run } from '../../src/model/run.ts';
import { driftDocument } from '../../src/report/drift-document.ts';
import { parityDocument } from '../../src/report/parity-document.ts';
import { parityHistoryDocument } from '../../src/report/parity-history-document.ts';
import type { ParityHistory, ParityHistoryEntry } from '../../src/report/parity-history.ts';
import { matrixDocument } from '../../src/report/parity-matrix-document.ts';
import { planDocument } from '../../src/report/plan-document.ts';
import { runDocument } from '../../src/report/run-document.ts';
import {
  change,
  COMMIT,
  conflict,
  creation,
  difference,
  drift,
  evidence,
  ignoreHit,
  plan,
  removal,
  result,
  run,
  unstarted,
} from './builders.ts';
import { noParity, sampleParity } from './formats/sample-parity.ts';

const ENVELOPE: JsonObject = {
  id: '01KGA000000000000000000001',
  created_at: '2026-01-31T10:20:30.456Z',
  trueup_version: '0.1.0',
  duration_ms: 42,
  engines: [{ name: 'process', driver: 'process', version: '1' }],
};

const TOKEN = difference(['environment_variables', 'TOKEN'], {
  before: { $secret: 'hash-1' },
  after: { $secret: 'hash-2' },
});

export const SAMPLE_PLAN: Plan = plan({
  changes: [
    creation('service.web', { process: { command: ['node', 'web.js'] } }, { depends_on: ['service.db'] }),
    change('service.db', {
      action: 'replace',
      reason: 'replace_because_cannot_update',
      cause: 'world',
      differences: [
        difference(['container', 'image'], {
          before: 'postgres:16',
          after: 'postgres:17',
          effect: 'replace',
          cause: 'world',
          severity: 'error',
          impact: 'other software runs than git declares',
        }),
        TOKEN,
      ],
      depends_on: ['volume.data'],
      impact: {
        ...NO_IMPACT,
        restarts: ['service.db', 'service.api'],
        connections_dropped: true,
        ports_dropped: ['5432/tcp'],
        downtime: true,
      },
    }),
    removal('volume.old', { impact: { ...NO_IMPACT, data_loss: true, data_at_risk: ['volume.old'] } }),
  ],
  unchanged: 2,
  withheld: [{ address: 'volume.kept', reason: 'protected', summary: 'volume.kept is protected and stays' }],
  conflicts: [conflict('service.mail')],
  ignored: [ignoreHit('service.db', "$['labels']['build']", { until: '2026-12-31' })],
  applyable: false,
});

export const SAMPLE_RUN: Run = run({
  status: 'failed',
  started_at: '2026-01-31T10:00:00.000Z',
  duration_ms: 3000,
  steps: [
    result('volume.old', 'remove', { phase: 'remove', started_at: '2026-01-31T10:00:00.100Z' }),
    result('service.db', 'service_healthy', {
      phase: 'gate',
      status: 'failed',
      started_at: '2026-01-31T10:00:00.500Z',
      duration_ms: 2500,
      error: {
        code: 'gate_unhealthy',
        message: 'its health check failed 2 times',
        retryable: true,
        fields: {},
        next: 'look at its log',
      },
      gate: evidence(),
    }),
    unstarted('service.web', 'start', 'skipped', 'service.db:service_healthy'),
  ],
  rollbacks: [
    {
      address: 'service.db',
      name: 'shop-db-1',
      because: 'service.db:service_healthy',
      status: 'restored',
      downtime_ms: 1200,
    },
  ],
});

const COVERAGE: Coverage = {
  engines: [{ engine: 'docker', managed: 3, unmanaged: 1, elsewhere: 1 }],
  unmanaged: [{ engine: 'docker', type: 'service', name: 'old-redis', id: 'f00', ownership: null }],
  elsewhere: [{ engine: 'docker', type: 'volume', name: 'blog_data', id: 'blog_data', ownership: null }],
};

export const SAMPLE_DRIFT: Plan = plan({
  drift: [
    drift('service.api', { differences: [difference(['labels', 'team'], { cause: 'world', severity: 'info' })] }),
    drift('service.db', { kind: 'missing' }),
  ],
  ignored: [ignoreHit('service.web', "$['labels']['build']", { hits: 0, status: 'expired', until: '2026-01-30' })],
});

export const PLAN_REPORT: JsonObject = {
  ...ENVELOPE,
  kind: 'plan',
  ...planDocument(SAMPLE_PLAN),
  estimates: [{ address: 'service.db', downtime_ms: 2100, runs: 5 }],
};

export const RUN_REPORT: JsonObject = {
  ...ENVELOPE,
  kind: 'run',
  ...runDocument(SAMPLE_RUN, SAMPLE_PLAN.changes.toReversed()),
};

export const DRIFT_REPORT: JsonObject = { ...ENVELOPE, kind: 'drift', ...driftDocument(SAMPLE_DRIFT, COVERAGE) };

/** With what `--against` and `--fix` add to it. */
export const PARITY_REPORT: JsonObject = parityDocument({
  ...sampleParity('x'),
  metadata: {
    ...sampleParity('x').metadata,
    before: {
      revision: { commit: COMMIT, dirty: false },
      score: 0.25,
      overall_status: 'incompatible',
      gone: 2,
      added: 1,
    },
    fix: {
      side: 'source',
      is_written: false,
      writing: {
        environment: 'local',
        files: [
          {
            path: 'environments/local/web.yaml',
            before: 'a: 1.4\n',
            after: 'a: 2.0\n',
            shown: { before: 'a: 1.4\n', after: 'a: 2.0\n' },
          },
        ],
        written: [
          {
            address: 'service.web',
            field_path: "$['container']['image']",
            file: 'environments/local/web.yaml',
          },
        ],
        by_hand: [
          {
            address: 'volume.data',
            field_path: "$['labels']['tier']",
            reason: 'shared',
            detail: null,
            source: null,
          },
        ],
      },
    },
  },
});

const KEPT: Omit<ParityHistoryEntry, 'id' | 'timestamp'> = {
  source: 'local',
  target: 'staging',
  overall_status: 'identical',
  comparison_mode: 'semantic',
  score: 1,
  severities: { info: 2, warning: 0, error: 0, critical: 0 },
  revisions: { source: { commit: COMMIT, dirty: false }, target: { commit: COMMIT, dirty: false } },
  unknown: false,
  trend: 'first',
  cause: null,
  moved: [],
};

/** It gets worse, is not seen as a whole, and gets better. */
export const SAMPLE_HISTORY: ParityHistory = {
  source: 'local',
  target: 'staging',
  comparison_mode: 'semantic',
  turned: 0,
  entries: [
    { ...KEPT, id: '01KGA000000000000000000001', timestamp: '2026-01-28T09:00:00.000Z' },
    {
      ...KEPT,
      id: '01KGA000000000000000000002',
      timestamp: '2026-01-29T09:00:00.000Z',
      overall_status: 'major_differences',
      score: 0.5,
      severities: { ...KEPT.severities, error: 1 },
      trend: 'worse',
      cause: 'commits',
      moved: [
        {
          side: 'both',
          since: null,
          commit: `72cb874${COMMIT.slice(7)}`,
          subject: 'Take an old database',
          commits: 1,
        },
      ],
    },
    {
      ...KEPT,
      id: '01KGA000000000000000000003',
      timestamp: '2026-01-30T09:00:00.000Z',
      overall_status: 'minor_differences',
      score: 0.25,
      unknown: true,
      trend: 'same',
    },
    {
      ...KEPT,
      id: '01KGA000000000000000000004',
      timestamp: '2026-01-31T09:00:00.000Z',
      trend: 'better',
      cause: 'commits',
      moved: [
        {
          side: 'source',
          since: `72cb874${COMMIT.slice(7)}`,
          commit: `ad55bce${COMMIT.slice(7)}`,
          subject: 'Take the new one again',
          commits: 2,
        },
        { side: 'target', since: null, commit: `0badf00${COMMIT.slice(7)}`, subject: null, commits: null },
      ],
    },
  ],
};

export const PARITY_HISTORY: JsonObject = parityHistoryDocument(SAMPLE_HISTORY);

export const PARITY_MATRIX: JsonObject = matrixDocument({
  duration_ms: 812,
  mode: 'semantic',
  reference: null,
  reports: [
    sampleParity('x'),
    { ...noParity(), id: '01KGA000000000000000000002' },
    {
      ...noParity(),
      id: '01KGA000000000000000000003',
      metadata: { ...noParity().metadata, labels: { source: 'local@HEAD', target: 'observed/x.json' } },
    },
  ],
  invalid: ['broken'],
});
