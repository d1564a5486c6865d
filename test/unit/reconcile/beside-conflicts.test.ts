import { describe, expect, it } from 'vitest';
import type { DesiredResource } from '../../../src/model/desired.ts';
import type { ObservedObject, ObservedRunState } from '../../../src/model/observed.ts';
import type { Plan } from '../../../src/model/plan.ts';
import { environment } from '../../support/builders.ts';
import { inState, observed, planOf, recordedOf, service, volume } from '../../support/planning.ts';

const data = volume('data');
const db = service('db', { volumes: ['data'] });
const api = service('api', { needs: { db: {} } });
const worker = service('worker');
const shop = [api, data, db, worker];

/** Somebody else's volume has the name of ours. */
const taken: ObservedObject = { ...observed(data), ownership: null };

function healed(resource: DesiredResource): DesiredResource {
  return { ...resource, drift: 'heal' };
}

interface Situation {
  readonly states: Readonly<Record<string, ObservedRunState>>;
  readonly drift?: 'by_policy' | 'heal_all';
  readonly wanted?: readonly DesiredResource[];
}

function planWith({ states, drift = 'by_policy', wanted = shop }: Situation): Plan {
  const running = [api, db, worker].map((one) => inState(one, states[one.address] ?? 'running'));
  const policies = { ...environment([]).policies, drift: 'heal' as const };
  return planOf(
    [],
    { objects: [...running, taken], recorded: recordedOf(shop) },
    { environment: environment(wanted.map(healed), { policies }), drift },
  );
}

describe('a pass that meets a name that is taken', () => {
  it('heals what does not need it', () => {
    const plan = planWith({ states: { 'service.worker': 'failed', 'service.api': 'failed' } });

    expect(plan.changes.map(({ address }) => address)).toEqual(['service.api', 'service.worker']);
    expect(plan).toMatchObject({ applyable: true, conflicts: [{ address: 'volume.data' }] });
    expect(plan.left_alone).toEqual(['service.db', 'volume.data']);
  });

  it('leaves who uses it, and who cannot do without that', () => {
    const states = { 'service.db': 'failed', 'service.api': 'failed', 'service.worker': 'failed' } as const;

    const plan = planWith({ states });

    expect(plan.changes.map(({ address }) => address)).toEqual(['service.worker']);
    expect(plan).toMatchObject({ applyable: true, left_alone: ['service.api', 'service.db', 'volume.data'] });
    expect(plan.withheld.map(({ address, reason }) => `${address} ${reason}`)).toEqual([
      'service.api conflict',
      'service.db conflict',
    ]);
  });

  it('does nothing where nothing else is to be healed', () => {
    expect(planWith({ states: { 'service.db': 'failed' } }).applyable).toBe(false);
  });

  it('carries out no part of what git wants', () => {
    const edited = service('api', { needs: { db: {} }, config: { labels: { build: '2' } } });

    const plan = planWith({ states: { 'service.worker': 'failed' }, wanted: [edited, data, db, worker] });

    expect(plan.applyable).toBe(false);
  });

  it.each([
    ['of what uses it', [api, data, service('db', { volumes: ['data'], config: { labels: { build: '2' } } }), worker]],
    ['of what has the name', [api, volume('data', { config: { labels: { build: '2' } } }), db, worker]],
  ])('does nothing where git wants something %s: it would pass for carried out', (_what, wanted) => {
    expect(planWith({ states: { 'service.worker': 'failed' }, wanted }).applyable).toBe(false);
  });

  it('is nothing that a person’s word begins', () => {
    expect(planWith({ states: { 'service.worker': 'failed' }, drift: 'heal_all' }).applyable).toBe(false);
  });
});
