import { describe, expect, it } from 'vitest';
import { stepsFor } from '../../../../../src/drivers/lima/steps/steps.ts';
import type { Change, ChangeAction } from '../../../../../src/model/change.ts';
import { RUN_STATE_PATH, fieldPath } from '../../../../../src/model/field-path.ts';
import type { Json, JsonObject } from '../../../../../src/model/json.ts';
import type { StepsContext } from '../../../../../src/drivers/driver.ts';

const CONTEXT: StepsContext = {
  facts: null,
  project: 'demo',
  environment: 'local',
  desired: new Map(),
  observed: new Map(),
  remade: new Set(),
  find: () => null,
  destroyData: false,
  keepsAside: false,
  aside: null,
};

interface Told {
  readonly action: ChangeAction;
  readonly before?: JsonObject | null;
  readonly after?: JsonObject | null;
  readonly paths?: readonly (readonly [string, Json])[];
}

function verbs({ action, before = {}, after = { run_state: 'running' }, paths = [] }: Told): readonly string[] {
  const change: Change = {
    address: 'vm.box',
    previous_address: null,
    type: 'vm',
    name: 'demo-box',
    engine: 'host',
    action,
    reason: 'differs',
    cause: 'git',
    before,
    after,
    after_unknown: false,
    differences: paths.map(([path, value]) => ({
      field_path: path,
      before: value,
      after: null,
      cause: 'git',
      severity: 'warning',
      impact: null,
      effect: 'in_place',
      source: null,
    })),
    source: null,
    depends_on: [],
    impact: {
      restarts: [],
      reconnects: [],
      connections_dropped: false,
      ports_dropped: [],
      downtime: false,
      data_loss: false,
      data_at_risk: [],
    },
  };
  return stepsFor(change, CONTEXT).map(({ verb }) => verb);
}

describe('steps of a machine', () => {
  it.each<[string, Told, readonly string[]]>([
    ['is made and started', { action: 'create', before: null }, ['create', 'start']],
    ['is made to rest', { action: 'create', before: null, after: { run_state: 'stopped' } }, ['create']],
    ['is taken away', { action: 'delete', after: null }, ['stop', 'delete']],
    ['is made anew', { action: 'replace' }, ['stop', 'delete', 'create', 'start']],
    ['is restarted', { action: 'restart' }, ['stop', 'start']],
    ['is restarted for a change', { action: 'restart', paths: [[fieldPath('cpus'), 1]] }, ['stop', 'update', 'start']],
    ['was not made to its end', { action: 'update', paths: [[fieldPath('defined'), false]] }, ['create', 'start']],
    ['is told anew', { action: 'update', paths: [[fieldPath('cpus'), 1]] }, ['update']],
    ['is started', { action: 'update', paths: [[RUN_STATE_PATH, 'stopped']] }, ['start']],
    [
      'is stopped, and told anew',
      {
        action: 'update',
        after: { run_state: 'stopped' },
        paths: [
          [fieldPath('cpus'), 1],
          [RUN_STATE_PATH, 'running'],
        ],
      },
      ['stop', 'update'],
    ],
  ])('one that %s', (_, told, expected) => {
    expect(verbs(told)).toEqual(expected);
  });
});
