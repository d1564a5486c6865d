import { describe, expect, it } from 'vitest';
import { libvirtModel } from '../../../src/drivers/libvirt/model.ts';
import type { Finding } from '../../../src/diff/findings.ts';
import { isRestartOwed, pendingRestarts } from '../../../src/diff/pending-restart.ts';
import type { Difference } from '../../../src/model/change.ts';
import type { DesiredEnvironment, DesiredResource } from '../../../src/model/desired.ts';
import { fieldPath } from '../../../src/model/field-path.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import type { ObservedObject } from '../../../src/model/observed.ts';
import { desired } from '../../support/builders.ts';
import { inState, planOf, recordedOf } from '../../support/planning.ts';

function pending(configured: JsonObject, effective: JsonObject | null): readonly unknown[] {
  const finding = {
    kind: 'equal',
    desired: { address: 'vm.box' } as unknown as DesiredResource,
    observed: { configured, effective } as unknown as ObservedObject,
    ignored: [],
    hasAside: false,
  } satisfies Finding;
  const environment = { locate: () => null } as unknown as DesiredEnvironment;
  return pendingRestarts([finding], environment).map(({ field_path: path, configured: to, effective: from }) => [
    path,
    from,
    to,
  ]);
}

describe('what waits for a restart', () => {
  it('is nothing where what runs is what is configured', () => {
    expect(pending({ memory: '1GiB' }, null)).toEqual([]);
  });

  it('is told with both values, and nothing of the rest', () => {
    expect(pending({ memory: '2GiB', cpus: 2 }, { memory: '1GiB' })).toEqual([["$['memory']", '1GiB', '2GiB']]);
  });

  it('is also what was added, and does not run yet', () => {
    const configured = { mounts: { '/a': { mode: 'rw' }, '/b': { mode: 'ro' } } };

    expect(pending(configured, { mounts: { '/b': null } })).toEqual([["$['mounts']['/b']", null, { mode: 'ro' }]]);
  });

  it('is not what somebody else configured: a restart would carry out the drift', () => {
    const desired = { address: 'vm.box' } as unknown as DesiredResource;
    const observed = {
      configured: { memory: '100MiB', cpus: 1, ready: { timeout: '5m' } },
      effective: { memory: '160MiB', cpus: 2 },
    } as unknown as ObservedObject;
    const memory = { field_path: "$['memory']", before: '100MiB', after: '160MiB' } as unknown as Difference;
    const finding: Finding = {
      kind: 'differs',
      desired,
      observed,
      previousAddress: null,
      renamed: null,
      differences: [memory],
      ignored: [],
      cause: 'world',
    };

    expect(pendingRestarts([finding], { locate: () => null } as unknown as DesiredEnvironment)).toMatchObject([
      { field_path: "$['cpus']", configured: 1, effective: 2 },
    ]);
  });

  it('is not what is to be ignored, and nothing is restarted for that', () => {
    const desired = { address: 'vm.box', config: { apply_restart: 'on_change' } } as unknown as DesiredResource;
    const observed = {
      configured: { memory: '2GiB', cpus: 2 },
      effective: { memory: '1GiB', cpus: 2 },
    } as unknown as ObservedObject;
    const ignored = [fieldPath('memory')];
    const finding: Finding = { kind: 'equal', desired, observed, ignored, hasAside: false };

    expect(pendingRestarts([finding], { locate: () => null } as unknown as DesiredEnvironment)).toEqual([]);
    expect(isRestartOwed(finding)).toBe(false);
    expect(isRestartOwed({ ...finding, ignored: [] })).toBe(true);
  });
});

describe('a change of what is read at the next start', () => {
  const box = (memory: string, runState = 'running'): DesiredResource =>
    desired('box', { type: 'vm', name: 'demo-box', config: { memory, run_state: runState } });

  it.each([
    ['waits where it runs', 'running', 'pending_restart'],
    ['waits for nothing where it does not run', 'stopped', 'in_place'],
    ['waits where what runs rests on disk', 'suspended', 'pending_restart'],
  ] as const)('%s', (_what, state, effect) => {
    const before = box('1GiB', state);
    const models = new Map([['process', libvirtModel]]);

    const plan = planOf(
      [box('2GiB', state)],
      { objects: [inState(before, state)], recorded: recordedOf([before]) },
      { models },
    );

    expect(plan.changes).toMatchObject([{ action: 'update', differences: [{ field_path: "$['memory']", effect }] }]);
  });
});
