import { describe, expect, it } from 'vitest';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../../src/model/json.ts';
import { planDocument } from '../../../src/report/plan-document.ts';
import { runDocument } from '../../../src/report/run-document.ts';
import { change, creation, difference, evidence, plan, result, run, unstarted } from '../../support/builders.ts';
import { schemaErrors } from '../../support/schemas.ts';

const ERROR = {
  code: 'gate_timeout',
  message: 'the gate did not open in time',
  retryable: true,
  fields: { port: 8080, token: { $secret: 'hash-1' } },
  next: 'look at its log',
} as const;

const SAMPLE = run({
  status: 'failed',
  steps: [
    result('volume.data', 'create', { outcome: { id: 'v1', token: { $secret: 'hash-2' } } }),
    result('service.db', 'service_healthy', { phase: 'gate', status: 'failed', error: ERROR, gate: evidence() }),
    unstarted('service.api', 'start', 'skipped', 'service.db:service_healthy'),
    result('service.old', 'stop', { status: 'cancelled' }),
    unstarted('service.web', 'start', 'cancelled', null),
  ],
  gates: [
    {
      address: 'service.db',
      condition: 'service_healthy',
      met: false,
      reason: 'unhealthy',
      gate: evidence({ probes: [] }),
    },
  ],
});

const CHANGES = [
  creation('volume.data', {}),
  creation('service.db', {}),
  creation('service.api', {}),
  change('service.old', { action: 'delete' }),
  change('service.web'),
];

describe('runDocument', () => {
  it('fits its schema, and holds no hash of a secret', () => {
    const document = runDocument(SAMPLE, CHANGES);

    expect(schemaErrors('run', document)).toEqual([]);
    expect(schemaErrors('run', runDocument(run(), []))).toEqual([]);
    const pending = {
      address: 'vm.box',
      field_path: "$['memory']",
      configured: 112,
      effective: null,
      source: null,
    } as const;
    const lagging = runDocument(run({ pending_restart: [pending] }), []);
    expect(lagging).toMatchObject({ pending_restart: [pending] });
    expect(schemaErrors('run', lagging)).toEqual([]);
    expect(JSON.stringify(document)).not.toContain('hash-');
  });

  it('tells what became of each change', () => {
    const document = runDocument(SAMPLE, CHANGES);

    expect(document['changes']).toMatchObject([
      { address: 'volume.data', action: 'create', status: 'done', duration_ms: 120 },
      { address: 'service.db', action: 'create', status: 'failed', duration_ms: 120 },
      { address: 'service.api', action: 'create', status: 'skipped', duration_ms: 0 },
      { address: 'service.old', action: 'delete', status: 'cancelled', duration_ms: 120 },
      { address: 'service.web', action: 'restart', status: 'not_started', duration_ms: 0 },
    ]);
    expect(document['summary']).toEqual({
      create: 1,
      update: 0,
      restart: 0,
      replace: 0,
      delete: 0,
      move: 0,
      failed: 1,
      cancelled: 1,
      skipped: 1,
      not_started: 1,
    });
  });

  it('tells of each change what it was about, as its plan does', () => {
    const differences = [difference(['environment_variables', 'LOG_LEVEL'], { before: 'info', after: 'debug' })];
    const changes = [change('service.db', { differences, depends_on: ['volume.data'] })];
    const { change: _, ...told } = firstOf(planDocument(plan({ changes }))['resource_changes']);

    const document = runDocument(run({ steps: [result('service.db', 'restart')] }), changes);

    expect(document['changes']).toEqual([{ ...told, status: 'done', duration_ms: 120 }]);
    expect(schemaErrors('run', document)).toEqual([]);
  });
});

function firstOf(list: Json | undefined): JsonObject {
  const [first] = isJsonArray(list) ? list : [];
  return isJsonObject(first) ? first : {};
}
