import { expect, test } from 'vitest';
import type { StepsContext } from '../../../../../src/drivers/driver.ts';
import { stepsFor } from '../../../../../src/drivers/kind/steps/steps.ts';
import type { ChangeAction } from '../../../../../src/model/change.ts';
import { change, difference } from '../../../../support/builders.ts';

const CONTEXT: StepsContext = {
  facts: null,
  project: 'shop',
  environment: 'local',
  desired: new Map(),
  observed: new Map(),
  find: () => null,
  remade: new Set(),
  destroyData: false,
  keepsAside: false,
  aside: null,
};

function verbs(action: ChangeAction, wanted: string | null, differs: string): string {
  const steps = stepsFor(
    change('cluster.dev', {
      action,
      type: 'cluster',
      after: wanted === null ? null : { run_state: wanted },
      differences: [difference([differs])],
    }),
    CONTEXT,
  );
  return steps.map(({ verb }) => verb).join(' ');
}

test('a cluster is looked at again before it is replaced because it is lost, and for no other reason', () => {
  const toldOf = (differs: string): unknown => {
    const replacing = { action: 'replace', type: 'cluster', after: {}, differences: [difference([differs])] } as const;
    return stepsFor(change('cluster.dev', replacing), CONTEXT)[0]?.args['lost'];
  };

  expect(toldOf('lost')).toBe(true);
  expect(toldOf('feature_gates')).toBeUndefined();
});

test.each<readonly [ChangeAction, string | null, string, string]>([
  ['create', 'running', 'run_state', 'fetch create start populate'],
  ['create', 'stopped', 'run_state', 'fetch create start populate stop'],
  ['replace', 'running', 'feature_gates', 'fetch stop remove create start populate'],
  ['delete', null, 'run_state', 'stop remove'],
  ['update', 'running', 'nodes', 'update populate'],
  ['update', 'running', 'registry_mirrors', 'update'],
  ['update', 'stopped', 'nodes', 'update'],
  ['update', 'running', 'run_state', 'update start populate'],
  ['update', 'running', 'damage', 'update start populate'],
  ['update', 'stopped', 'run_state', 'stop update'],
  ['restart', 'running', 'run_state', 'stop update start populate'],
])('%s to %s, for %s, is: %4$s', (action, wanted, differs, expected) => {
  expect(verbs(action, wanted, differs)).toBe(expected);
});
