import { describe, expect, it } from 'vitest';
import { NO_IMPACT } from '../../../src/diff/impact.ts';
import { jsonText } from '../../../src/report/json-text.ts';
import { estimatesJson } from '../../../src/report/estimates-document.ts';
import { planDocument, terraformActions } from '../../../src/report/plan-document.ts';
import {
  change,
  conflict,
  creation,
  diagnostic,
  difference,
  drift,
  engine,
  plan,
  removal,
  step,
  ignoreHit,
} from '../../support/builders.ts';
import { schemaErrors } from '../../support/schemas.ts';

const HASHES = /hash-\d/;

const SAMPLE = plan({
  changes: [
    change('service.api', {
      before: {
        process: { command: ['a', { $secret: 'hash-1' }] },
        environment_variables: {
          A: { $secret: 'hash-2' },
          B: 'plain',
          C: { $secret: 'hash-3' },
          D: { $secret: 'unresolved' },
        },
      },
      after: {
        environment_variables: {
          D: { $secret: 'hash-6' },
          C: null,
          B: { $secret: 'hash-4' },
          A: { $secret: 'hash-5' },
        },
        process: { command: ['a', { $secret: 'hash-1' }] },
      },
      differences: [
        difference(['environment_variables', 'A'], { before: { $secret: 'hash-2' }, after: { $secret: 'hash-5' } }),
        difference(['process', 'cwd'], { effect: 'replace' }),
        difference(['environment_variables'], { before: null, after: { X: { $secret: 'hash-7' } }, source: null }),
      ],
      depends_on: ['service.db'],
      impact: { ...NO_IMPACT, restarts: ['service.api'], connections_dropped: true, downtime: true },
    }),
    creation('service.db', { environment_variables: { P: { $secret: 'hash-8' } } }),
    removal('service.old', { before: { environment_variables: { P: { $secret: 'hash-9' } } } }),
    change('volume.data', { action: 'move', reason: 'moved', previous_address: 'volume.store' }),
  ],
  unchanged: 2,
  drift: [
    drift('service.api', {
      differences: [difference(['labels', 'a'], { before: { $secret: 'hash-1' }, cause: 'world' })],
    }),
    drift('volume.gone', { kind: 'missing' }),
  ],
  withheld: [{ address: 'volume.keep', reason: 'protected', summary: 'it stays' }],
  conflicts: [conflict('service.web', { source: null })],
  ignored: [ignoreHit('service.api', '$..TZ', { hits: 3, until: '2027-01-01' })],
  diagnostics: [diagnostic({ severity: 'warning' })],
  inputs: {
    files: ['environments/local/a.yaml'],
    engines: [
      engine(),
      engine({ name: 'docker', driver: 'docker', status: 'unreachable', facts: null, error: 'no such file' }),
    ],
    targets: ['service.api'],
  },
  steps: [
    step('service.api', 'start', {
      args: { environment: { P: { $secret: 'hash-9' } } },
      depends_on: [{ step: 'service.db:service_healthy', when: 'ended' }],
    }),
    step('service.db', 'service_healthy', { phase: 'gate' }),
  ],
});

describe('planDocument', () => {
  it('fits its schema, whatever the plan holds', () => {
    expect(schemaErrors('plan', planDocument(SAMPLE))).toEqual([]);
    expect(schemaErrors('plan', planDocument(plan()))).toEqual([]);
  });

  it('has estimates beside it in a report, and nowhere else', () => {
    const estimates = estimatesJson([
      { address: 'service.api', downtime_ms: 2100, runs: 5 },
      { address: 'service.web', downtime_ms: null, runs: 0 },
    ]);
    const envelope = { kind: 'plan', id: '1', created_at: '2026-01-31T10:00:00Z', trueup_version: '1', duration_ms: 1 };

    expect(schemaErrors('plan', { ...envelope, engines: [], ...planDocument(plan()), estimates })).toEqual([]);
    expect(schemaErrors('plan', { ...planDocument(plan()), estimates })).not.toEqual([]);
  });

  it('says of a secret whether it changed, and neither its value nor its hash', () => {
    const document = planDocument(SAMPLE);

    expect(JSON.stringify(document)).not.toMatch(HASHES);
    expect(JSON.stringify(document)).not.toContain('"plain"');
    expect(document).toMatchObject({
      resource_changes: [
        {
          change: {
            before: {
              environment_variables: {
                A: { $secret: 'changed' },
                B: { $secret: 'unknown' },
                C: { $secret: 'unknown' },
                D: { $secret: 'unknown' },
              },
              process: { command: ['a', { $secret: 'same' }] },
            },
            after: {
              environment_variables: { A: { $secret: 'changed' }, B: { $secret: 'unknown' }, C: null },
              process: { command: ['a', { $secret: 'same' }] },
            },
            before_sensitive: {
              environment_variables: { A: true, B: true, C: true, D: true },
              process: { command: [false, true] },
            },
            after_sensitive: {
              environment_variables: { A: true, B: true, D: true },
              process: { command: [false, true] },
            },
          },
          differences: [
            { before: { $secret: 'changed' }, after: { $secret: 'changed' } },
            {},
            { after: { X: { $secret: 'unknown' } } },
          ],
        },
        {
          change: {
            before: null,
            before_sensitive: false,
            after: { environment_variables: { P: { $secret: 'unknown' } } },
          },
        },
        {},
        {},
      ],
      steps: [{ args: { environment: { P: { $secret: 'unknown' } } } }, {}],
    });
  });

  it('names actions as Terraform does, and keeps its own word beside them', () => {
    const document = planDocument(SAMPLE);

    expect(document).toMatchObject({
      resource_changes: [
        {
          action: 'restart',
          action_reason: 'differs',
          change: { actions: ['update'], replace_paths: [['process', 'cwd']] },
        },
        { action: 'create', change: { actions: ['create'], replace_paths: [] } },
        { action: 'delete', change: { actions: ['delete'], after: null } },
        { action: 'move', change: { actions: ['no-op'] }, previous_address: 'volume.store' },
      ],
      summary: { create: 1, update: 0, restart: 1, replace: 0, delete: 1, move: 1 },
    });
    expect(terraformActions(change('service.a', { action: 'update' }))).toEqual(['update']);
    expect(terraformActions(change('service.a', { action: 'replace' }))).toEqual(['delete', 'create']);
    const movedAndChanged = change('service.a', { action: 'move', differences: [difference(['labels', 'a'])] });
    expect(terraformActions(movedAndChanged)).toEqual(['update']);
  });

  it('is errored by a diagnostic that is an error, and not by a warning', () => {
    expect(planDocument(SAMPLE)['errored']).toBe(false);
    expect(planDocument(plan({ diagnostics: [diagnostic()] }))['errored']).toBe(true);
  });

  it('leaves out of drift what git alone explains', () => {
    const differences = [difference(['labels', 'a'], { cause: 'git' })];

    expect(planDocument(plan({ drift: [drift('service.api', { differences })] }))['resource_drift']).toEqual([]);
  });

  it('gives the same bytes in whatever order an engine lists the fields of a configuration', () => {
    const [one, other] = [
      { a: 1, b: { c: 2, d: 3 } },
      { b: { d: 3, c: 2 }, a: 1 },
    ].map((before) => jsonText(planDocument(plan({ changes: [removal('service.a', { before })] }))));

    expect(one).toBe(other);
  });

  it('holds 5,000 changes', () => {
    const changes = Array.from({ length: 5000 }, (_, index) =>
      change(`service.s${index}`, { differences: [difference(['labels', 'a'])] }),
    );

    expect(planDocument(plan({ changes }))['resource_changes']).toHaveLength(5000);
  });
});

describe('jsonText', () => {
  it('lets no keyed hash through, even where a document forgot to mark it', () => {
    expect(jsonText({ a: [{ $secret: 'hash-1' }], b: { $secret: 'same' } })).toBe(
      '{\n  "a": [\n    {\n      "$secret": "unknown"\n    }\n  ],\n  "b": {\n    "$secret": "same"\n  }\n}\n',
    );
  });
});
