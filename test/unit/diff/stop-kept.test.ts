import { describe, expect, it } from 'vitest';
import type { ObservedObject } from '../../../src/model/observed.ts';
import type { Plan } from '../../../src/model/plan.ts';
import { inState, observed, planOf, service, volume } from '../../support/planning.ts';

const HOLDS_DATA = { holds_data: true } as const;

function planWithout(object: ObservedObject, mode: Plan['mode']): Plan {
  return planOf([], { objects: [object] }, { mode });
}

describe('what is to be destroyed and keeps its data', () => {
  it('is stopped, and stays', () => {
    const plan = planWithout(observed(service('db'), HOLDS_DATA), 'destroy');

    expect(plan.withheld).toMatchObject([{ address: 'service.db', reason: 'data_kept' }]);
    expect(plan.changes).toMatchObject([
      {
        address: 'service.db',
        action: 'update',
        reason: 'delete_by_request',
        differences: [{ field_path: "$['run_state']", before: 'running', after: 'stopped' }],
        impact: { data_loss: false, downtime: true, restarts: [] },
      },
    ]);
    expect(plan.steps.map(({ verb }) => verb)).toEqual(['stop']);
  });

  it('is left alone where nothing of it runs', () => {
    const stopped = { ...inState(service('db'), 'stopped'), ...HOLDS_DATA };

    expect(planWithout(stopped, 'destroy')).toMatchObject({ changes: [], withheld: [{ reason: 'data_kept' }] });
    expect(planWithout(observed(volume('data')), 'destroy')).toMatchObject({ changes: [], steps: [] });
  });

  it('goes on where it is only declared no more', () => {
    const plan = planWithout(observed(service('db'), HOLDS_DATA), 'apply');

    expect(plan).toMatchObject({ changes: [], withheld: [{ address: 'service.db', reason: 'data_kept' }] });
  });
});
