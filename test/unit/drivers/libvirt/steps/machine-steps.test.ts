import { describe, expect, it } from 'vitest';
import type { StepsContext } from '../../../../../src/drivers/driver.ts';
import { machineSteps } from '../../../../../src/drivers/libvirt/steps/machine-steps.ts';
import type { Change, ChangeAction, Difference } from '../../../../../src/model/change.ts';
import { fieldPath } from '../../../../../src/model/field-path.ts';
import { type Json, scalarText } from '../../../../../src/model/json.ts';
import { desired } from '../../../../support/builders.ts';
import { observed } from '../../../../support/planning.ts';

const CONTEXT: StepsContext = {
  facts: null,
  project: 'demo',
  environment: 'local',
  desired: new Map(),
  observed: new Map(),
  find: () => null,
  remade: new Set(),
  destroyData: false,
  keepsAside: false,
  aside: null,
};

function differing(field: string, before: Json, after: Json): Difference {
  return {
    field_path: fieldPath(field),
    before,
    after,
    cause: 'git',
    severity: 'info',
    impact: null,
    effect: 'in_place',
    source: null,
  };
}

function changeOf(action: ChangeAction, wanted: string | null, differences: readonly Difference[] = []): Change {
  return {
    address: 'vm.box',
    previous_address: null,
    type: 'vm',
    name: 'demo-box',
    engine: 'host',
    action,
    reason: 'differs',
    cause: 'git',
    before: action === 'create' ? null : {},
    after: wanted === null ? null : { run_state: wanted },
    after_unknown: false,
    differences,
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
}

function verbs(action: ChangeAction, wanted: string | null, differences: readonly Difference[] = []): string {
  return machineSteps(changeOf(action, wanted, differences), CONTEXT)
    .map(({ verb, phase }) => `${verb} (${phase})`)
    .join(', ');
}

describe('a machine', () => {
  it.each<[ChangeAction, string | null, string]>([
    ['create', 'running', 'define (prepare), start (start)'],
    ['create', 'stopped', 'define (prepare)'],
    ['create', 'suspended', 'define (prepare), suspend (start)'],
    ['replace', 'running', 'stop (stop), undefine (remove), define (prepare), start (start)'],
    ['restart', 'running', 'stop (stop), start (start)'],
    ['delete', null, 'stop (stop), undefine (remove)'],
  ])('takes for %s, wanted as %s: %s', (action, wanted, expected) => {
    expect(verbs(action, wanted)).toBe(expected);
  });

  it.each<[string, string, string]>([
    ['failed', 'running', 'start (start)'],
    ['paused', 'running', 'start (start)'],
    ['suspended', 'running', 'start (start)'],
    ['running', 'stopped', 'stop (stop)'],
    ['suspended', 'stopped', 'stop (stop)'],
    ['running', 'suspended', 'suspend (stop)'],
    ['stopped', 'suspended', 'suspend (start)'],
  ])('that is %s gets %s by: %s', (before, wanted, expected) => {
    expect(verbs('update', wanted, [differing('run_state', before, wanted)])).toBe(expected);
  });

  it('is stopped for good where it is deleted, and to come back where it is made anew', () => {
    const leaving = (action: ChangeAction, wanted: string | null): unknown =>
      machineSteps(changeOf(action, wanted), CONTEXT)[0]?.args['leaving'];

    expect([leaving('delete', null), leaving('replace', 'running')]).toEqual([true, undefined]);
    const swept = machineSteps(changeOf('delete', null), { ...CONTEXT, destroyData: true });
    expect(swept.map(({ verb, args }) => [verb, args['swept']])).toEqual([
      ['stop', true],
      ['undefine', true],
    ]);
  });

  it('is told of its fields before it is started, and after it was stopped', () => {
    const fields = [differing('memory', '1GiB', '2GiB')];

    expect(verbs('restart', 'running', fields)).toBe('stop (stop), update (alter), start (start)');
    expect([
      verbs('update', 'running', [...fields, differing('run_state', 'stopped', 'running')]),
      verbs('update', 'stopped', [...fields, differing('run_state', 'running', 'stopped')]),
      verbs('update', 'running', fields),
    ]).toEqual(['update (alter), start (start)', 'stop (stop), update (alter)', 'update (alter)']);
  });
});

describe('a machine that has another name', () => {
  it('is gone under its own address before its disks are renamed, and defined around them', () => {
    const present = observed(desired('box', { address: 'vm.box', type: 'vm', name: 'demo-box' }));
    const moved: Change = {
      ...changeOf('move', 'running'),
      address: 'vm.crate',
      name: 'demo-crate',
      previous_address: 'vm.box',
    };
    const context: StepsContext = { ...CONTEXT, observed: new Map([['vm.box', present]]) };

    expect(
      machineSteps(moved, context).map(
        ({ verb, address, args }) => `${verb} ${address} ${scalarText(args['name'] ?? '')}`,
      ),
    ).toEqual([
      'stop vm.box demo-box',
      'undefine vm.box demo-box',
      'define vm.crate demo-crate',
      'start vm.crate demo-crate',
    ]);
  });
});
