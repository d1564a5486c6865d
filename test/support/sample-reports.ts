/** Reports of each kind with something of everything in them, as they lie in the reports folder. */
import { NO_IMPACT } from '../../src/diff/impact.ts';
import type { Coverage } from '../../src/model/coverage.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { Plan } from '../../src/model/plan.ts';
import type { Run } from '../../src/model/run.ts';
import { driftDocument } from '../../src/report/drift-document.ts';
import { planDocument } from '../../src/report/plan-document.ts';
import { runDocument } from '../../src/report/run-document.ts';
import {
  change,
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
