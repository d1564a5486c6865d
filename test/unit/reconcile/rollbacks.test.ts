import { expect, it } from 'vitest';
import type { StepPhase } from '../../../src/model/plan.ts';
import type { StepStatus } from '../../../src/model/run.ts';
import { rollbacksOf } from '../../../src/reconcile/rollbacks.ts';
import { result, step } from '../../support/builders.ts';

const PHASES: Readonly<Record<string, StepPhase>> = {
  create: 'prepare',
  stop: 'stop',
  start: 'start',
  gate: 'gate',
  restore: 'recover',
  restored: 'gate',
};

/** A change of `service.web`, of which each step ended as said: a second after the one before began. */
function rollbacks(ended: Readonly<Record<string, StepStatus>>): ReturnType<typeof rollbacksOf> {
  const needs = (verb: string) => {
    if (verb === 'restore')
      return ['create', 'stop', 'start', 'gate'].map((one) => ({
        step: `service.web:${one}`,
        when: 'failed' as const,
      }));
    return verb === 'restored' ? [{ step: 'service.web:restore', when: 'done' as const }] : [];
  };
  const steps = Object.keys(ended).map((verb) =>
    step('service.web', verb, { phase: PHASES[verb] ?? 'start', depends_on: needs(verb) }),
  );
  const results = Object.entries(ended).map(([verb, status], index) => {
    const startedAt = status === 'done' || status === 'failed' ? new Date(1000 * index).toISOString() : null;
    return result('service.web', verb, {
      phase: PHASES[verb] ?? 'start',
      status,
      started_at: startedAt,
      duration_ms: 500,
    });
  });
  return rollbacksOf({ steps, changes: [] }, results);
}

it('says what is back, because of which step, and how long it was away', () => {
  expect(
    rollbacks({ create: 'done', stop: 'done', start: 'done', gate: 'failed', restore: 'done', restored: 'done' }),
  ).toEqual([
    {
      address: 'service.web',
      name: 'shop-web-1',
      because: 'service.web:gate',
      status: 'restored',
      downtime_ms: 4500,
    },
  ]);
});

it.each(['restore', 'restored'])('says that nothing is back where %s fails', (broken) => {
  const ended = {
    create: 'done',
    stop: 'done',
    start: 'failed',
    gate: 'skipped',
    restore: 'done',
    restored: 'done',
  } as const;

  expect(rollbacks({ ...ended, [broken]: 'failed' })).toMatchObject([
    { status: 'failed', because: 'service.web:start' },
  ]);
});

it('knows no time without the service where the old one was never taken down', () => {
  expect(rollbacks({ create: 'done', start: 'done', gate: 'failed', restore: 'done', restored: 'done' })).toMatchObject(
    [{ downtime_ms: 0 }],
  );
});

it('knows no time either where something else had taken the old one down', () => {
  const steps = [
    step('service.web', 'gate', { phase: 'gate' }),
    step('service.web', 'restore', { phase: 'recover', depends_on: [{ step: 'service.web:gate', when: 'failed' }] }),
  ];
  const results = [
    result('service.web', 'gate', { phase: 'gate', status: 'failed' }),
    result('service.web', 'restore', { phase: 'recover', outcome: { went_on: false } }),
  ];

  expect(rollbacksOf({ steps, changes: [] }, results)).toMatchObject([{ status: 'restored', downtime_ms: null }]);
});

it.each([
  ['nothing had to come back', { create: 'done', start: 'done', gate: 'done', restore: 'not_needed' }],
  ['only a successor was prepared', { create: 'done', start: 'skipped', gate: 'skipped', restore: 'done' }],
] as const)('is silent where %s', (_, ended) => {
  expect(rollbacks(ended)).toEqual([]);
});
