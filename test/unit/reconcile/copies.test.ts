import { describe, expect, it } from 'vitest';
import type { DriftPolicy } from '../../../src/model/desired.ts';
import { NOTHING_RECORDED, type ObservedObject, type Recorded } from '../../../src/model/observed.ts';
import type { Plan } from '../../../src/model/plan.ts';
import { renderPlan } from '../../../src/report/plan-text.ts';
import { environment } from '../../support/builders.ts';
import { inState, observed, planOf, planText, recordedOf, service } from '../../support/planning.ts';

const web = service('web');
const copy = observed(web, { name: 'debug', id: 'id of debug' });
const PLAIN = { color: false, verbose: false, width: 200 } as const;

interface Situation {
  readonly objects: readonly ObservedObject[];
  readonly recorded?: Recorded;
  readonly asked?: 'by_policy' | 'heal_all';
}

function planWith(drift: DriftPolicy, { objects, recorded = recordedOf([web]), asked = 'by_policy' }: Situation): Plan {
  const policies = { ...environment([]).policies, drift };
  return planOf([], { objects, recorded }, { environment: environment([web], { policies }), drift: asked });
}

describe('what the world made beside a resource, and says that it is that', () => {
  const objects = [observed(web), copy];

  it('is told as drift and left, where that is the policy', () => {
    const plan = planWith('report', { objects });

    expect(planText(plan)).toBe('service.web withheld (drift_reported)');
    expect(plan.withheld[0]?.summary).toBe(
      'debug stands beside service.web and is not declared; the drift policy is report, so it stays as it is: `trueup apply local` removes it',
    );
    expect(plan.drift).toMatchObject([{ address: 'service.web', name: 'debug', kind: 'undeclared', cause: 'world' }]);
    expect(plan).toMatchObject({ unchanged: 1, left_alone: [] });
  });

  it('is nobody’s concern, where that is the policy', () => {
    expect(planWith('ignore', { objects })).toMatchObject({ changes: [], withheld: [], drift: [], left_alone: [] });
  });

  it.each([
    ['where the policy is to heal', 'heal', 'by_policy'],
    ['where a person asks, whatever the policy', 'report', 'heal_all'],
  ] as const)('goes %s, and it alone is meant', (_when, policy, asked) => {
    const plan = planWith(policy, { objects, asked });

    expect(plan.changes).toMatchObject([
      { address: 'service.web', name: 'debug', action: 'delete', reason: 'delete_because_left_over', cause: 'world' },
    ]);
    expect(plan.steps.map(({ name }) => name)).toEqual(['debug', 'debug']);
    expect(renderPlan(plan, PLAIN)).toContain(
      'service.web will be removed (only debug, which stands beside what is declared) [changed outside of git]',
    );
  });

  it('has the policy of the environment, and the resource its own', () => {
    const healed = { ...web, drift: 'heal' } as const;
    const policies = { ...environment([]).policies, drift: 'report' as const };
    const plan = planOf(
      [],
      { objects: [inState(web, 'failed'), copy], recorded: recordedOf([web]) },
      { environment: environment([healed], { policies }), drift: 'by_policy' },
    );

    expect(plan.changes).toMatchObject([{ address: 'service.web', action: 'update', name: web.name }]);
    expect(plan.withheld).toMatchObject([{ address: 'service.web', reason: 'drift_reported' }]);
  });

  it('stays also while git changes the resource', () => {
    const edited = service('web', { config: { labels: { build: '2' } } });
    const policies = { ...environment([]).policies, drift: 'report' as const };
    const plan = planOf(
      [],
      { objects, recorded: recordedOf([web]) },
      { environment: environment([edited], { policies }), drift: 'by_policy' },
    );

    expect(plan.changes.map(({ name, action }) => [name, action])).not.toContainEqual(['debug', 'delete']);
    expect(plan.changes).toHaveLength(1);
    expect(plan.withheld).toHaveLength(1);
  });

  it('stays where nothing is recorded, too', () => {
    expect(planWith('report', { objects, recorded: NOTHING_RECORDED }).changes).toEqual([]);
  });

  it.each([
    ['.next', recordedOf([web])],
    ['.aside-01run', recordedOf([web])],
  ])('is not what a run of ours left under the name of the resource with %s', (suffix, recorded) => {
    const left = [observed(web), observed(web, { name: `${web.name}${suffix}`, id: 'left' })];
    const more = observed(web, { name: `${web.name}.aside-02run`, id: 'more' });

    const plan = planWith('report', { objects: [...left, more], recorded });

    expect(plan.withheld).toEqual([]);
    expect(plan.changes.some(({ action }) => action === 'delete')).toBe(true);
  });
});

describe('one object that was seen under two names', () => {
  const renamed = observed(web, { name: 'zz', id: web.name });

  it.each([
    ['in this order', [observed(web), renamed]],
    ['in the other', [renamed, observed(web)]],
  ])('is one, %s', (_order, objects) => {
    expect(planText(planWith('heal', { objects }))).toBe(planText(planWith('heal', { objects: [observed(web)] })));
  });

  it('is one to remove where it is declared no more', () => {
    const plan = planOf([], { objects: [observed(web), renamed], recorded: recordedOf([web]) });

    expect(plan.changes).toHaveLength(1);
  });
});
