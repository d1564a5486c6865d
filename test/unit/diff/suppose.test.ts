import { describe, expect, it } from 'vitest';
import { processModel } from '../../../src/drivers/process/model.ts';
import { supposeApplied } from '../../../src/diff/suppose.ts';
import type { DesiredEnvironment, DesiredResource, IgnoreRule } from '../../../src/model/desired.ts';
import type { Plan } from '../../../src/model/plan.ts';
import { planEnvironment } from '../../../src/reconcile/plan/plan.ts';
import { environment } from '../../support/builders.ts';
import { planText, requestOf, service, volume } from '../../support/planning.ts';

const MODELS = new Map([['process', processModel]]);

function planBetween(before: DesiredEnvironment | null, after: DesiredEnvironment): Plan {
  return planEnvironment({ ...requestOf(after), ...supposeApplied(before, after, MODELS) });
}

function of(...resources: readonly DesiredResource[]): DesiredEnvironment {
  return environment(resources);
}

const WEB = service('web', { volumes: ['data'] });

describe('what is supposed to be there where a revision is applied', () => {
  it('needs no change to become that revision, whatever state it wants things in', () => {
    const once = service('once', { config: { run_state: 'completed' } });
    const stopped = service('off', { config: { run_state: 'stopped' } });
    const same = of(WEB, volume('data'), once, stopped);

    const plan = planBetween(same, same);

    expect(planText(plan)).toBe('');
    expect([plan.unchanged, plan.applyable, plan.inputs.engines[0]?.status]).toEqual([4, true, 'supposed']);
  });

  it('differs only by what git moved, and nothing of that is drift', () => {
    const moved = service('web', { volumes: ['data'], config: { environment_variables: { LEVEL: 'debug' } } });

    const plan = planBetween(of(WEB, volume('data')), of(moved, volume('data')));

    expect(planText(plan).split('\nsteps:')[0]).toBe(
      [
        'service.web restart (differs, git)',
        `  $['environment_variables']['LEVEL']: null → "debug" [restart, git]`,
      ].join('\n'),
    );
    expect(plan.drift.filter(({ cause }) => cause !== 'git')).toEqual([]);
  });

  it('blames no ignore rule: none is for what git moves', () => {
    const rule: IgnoreRule = {
      address: WEB.address,
      field_path: '$.labels',
      reason: 'set by CI',
      until: null,
      source: null,
    };
    const same = environment([WEB, volume('data')], { ignore_differences: [rule] });

    expect(planBetween(same, same).ignored.map(({ hits, status }) => [hits, status])).toEqual([[0, 'unknown']]);
  });

  it('is nothing for an environment that is new, and keeps what holds data when it is declared no more', () => {
    const created = planBetween(null, of(WEB, volume('data')));
    const removed = planBetween(of(WEB, volume('data')), of());

    expect(created.changes.map(({ address, action, cause }) => [address, action, cause])).toEqual([
      ['service.web', 'create', 'git'],
      ['volume.data', 'create', 'git'],
    ]);
    expect(removed.changes.map(({ address, action, cause }) => [address, action, cause])).toEqual([
      ['service.web', 'delete', 'git'],
    ]);
    expect(removed.withheld).toMatchObject([{ address: 'volume.data', reason: 'data_kept' }]);
  });

  it('is found under the address that it had, where the manifests say that it moved', () => {
    const old = volume('old', { name: 'shop_data' });
    const young = volume('young', { name: 'shop_data' });
    const after = { ...of(young), moved: [{ from: old.address, to: young.address }] };

    const plan = planBetween(of(old), after);

    expect(plan.changes.map(({ address, previous_address: from, action }) => [address, from, action])).toEqual([
      ['volume.young', 'volume.old', 'move'],
    ]);
  });

  it('is not there on an engine that is declared otherwise, and what is external always is', () => {
    const elsewhere = { process: { name: 'process', driver: 'process', settings: { root: '/elsewhere' } } };
    const lent = volume('lent', { external: true });

    const plan = planBetween(of(WEB), { ...of(WEB, lent), engines: elsewhere });

    expect(plan.changes.map(({ address, action, cause }) => [address, action, cause])).toEqual([
      ['service.web', 'create', 'git'],
    ]);
    expect(plan.diagnostics).toEqual([]);
  });

  it('is the same on an engine that only has another name', () => {
    const renamed = { local: { name: 'local', driver: 'process', settings: {} } };
    const moved = { ...WEB, engine: 'local' };
    const kept = { ...volume('data'), engine: 'local' };

    const after = { ...of(moved, kept), engines: renamed };
    const models = new Map([['local', processModel]]);
    const plan = planEnvironment({
      ...requestOf(after, {}, { models }),
      ...supposeApplied(of(WEB, volume('data')), after, models),
    });

    expect(planText(plan)).toBe('');
    expect(plan.unchanged).toBe(2);
  });

  it('stays on an engine that is declared no more, or otherwise, which is said of each', () => {
    const elsewhere = { process: { name: 'process', driver: 'process', settings: { root: '/elsewhere' } } };
    const other = { other: { name: 'other', driver: 'other', settings: {} } };

    const moved = supposeApplied(of(WEB), { ...of(WEB), engines: elsewhere }, MODELS).left;
    const gone = supposeApplied(
      of(WEB, volume('data'), volume('lent', { external: true })),
      { ...of(), engines: other },
      MODELS,
    ).left;

    expect(moved.map(({ summary }) => summary)).toEqual([
      'service.web stays on the engine "process" as it was declared before, where an apply no longer looks; destroy it first where it is not to run on',
    ]);
    expect(gone).toEqual([
      {
        address: 'service.web',
        reason: 'engine_undeclared',
        summary:
          'service.web stays on the engine "process", which is declared no more, and an apply no longer looks there; destroy it first where it is not to run on',
      },
      {
        address: 'volume.data',
        reason: 'engine_undeclared',
        summary:
          'volume.data stays on the engine "process", which is declared no more, and an apply no longer looks there; destroy it first where it is not to stay',
      },
    ]);
  });
});
