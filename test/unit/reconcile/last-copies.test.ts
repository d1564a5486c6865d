import { describe, expect, it } from 'vitest';
import { libvirtModel } from '../../../src/drivers/libvirt/model.ts';
import type { DesiredResource } from '../../../src/model/desired.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import type { Observation } from '../../../src/model/observed.ts';
import type { Plan } from '../../../src/model/plan.ts';
import type { PlanRequest } from '../../../src/reconcile/plan/plan.ts';
import { desired, environment } from '../../support/builders.ts';
import { observed, planOf, planText, recordedOf } from '../../support/planning.ts';

function machine(config: JsonObject = {}): DesiredResource {
  return desired('box', {
    type: 'vm',
    name: 'shop-box',
    engine: 'host',
    config: { cpus: 1, memory: '128MiB', disk: '16MiB', apply_restart: 'on_change', run_state: 'running', ...config },
    uses: ['volume.box.data', 'volume.box.disk'],
  });
}

function disk(name: string, size = '16MiB'): DesiredResource {
  return desired(`box.${name}`, {
    type: 'volume',
    name: `shop-box.${name}`,
    engine: 'host',
    deletion_policy: 'delete',
    config: { size, format: 'qcow2', image: null, deletion_policy: 'delete' },
  });
}

const BOX = machine();
const DISKS = [disk('data'), disk('disk')];
const SAVE = '`virsh blockcopy` writes it where it was';

/** The file of the root disk is gone while the machine runs with it. */
function planned(declared: readonly DesiredResource[], overrides: Partial<PlanRequest> = {}): Plan {
  const found = observed(BOX, {
    configured: { ...BOX.config, disk: 'attached', uses: ['volume.box.disk', 'volume.box.data'] },
    last_copies: [{ address: 'volume.box.disk', save: SAVE }],
  });
  const observation: Observation = {
    status: 'known',
    engine: 'host',
    facts: { kind: 'test', version: '1' },
    objects: [found, observed(disk('data'))],
  };
  const host = { name: 'host', driver: 'libvirt', settings: {} };
  return planOf(
    [],
    { recorded: recordedOf([BOX, ...DISKS]) },
    {
      environment: environment([...declared], { engines: { host } }),
      observations: new Map([['host', observation]]),
      models: new Map([['host', libvirtModel]]),
      ...overrides,
    },
  );
}

describe('the last copy of a disk, with which a machine runs', () => {
  it('is not ended by what makes the disk anew: a person saves it first', () => {
    const plan = planned([BOX, ...DISKS]);

    expect(planText(plan)).toBe('volume.box.disk withheld (last_copy)');
    expect(plan.withheld[0]?.summary).toBe(
      `volume.box.disk is gone, and vm.box runs with the last copy of it; save it first: ${SAVE}`,
    );
    expect(plan.drift.map(({ address }) => address)).toEqual(['volume.box.disk']);
  });

  it.each([
    ['another configuration', [machine({ memory: '256MiB' }), ...DISKS], {}],
    ['a restart by request', [BOX, ...DISKS], { restart: new Set([BOX.address]) }],
    ['a stop', [machine({ run_state: 'stopped' }), ...DISKS], { fields: 'run_state' }],
    ['its removal', DISKS.slice(0, 0), { mode: 'destroy' }],
  ] as const)('is not ended by %s', (_what, declared, overrides) => {
    const plan = planned(declared, overrides);

    expect(plan.withheld).toContainEqual(expect.objectContaining({ address: 'vm.box', reason: 'last_copy' }));
    expect(plan.steps.filter(({ address }) => address === 'vm.box')).toEqual([]);
  });

  it('is not ended by what another disk of the machine needs', () => {
    const plan = planned([BOX, disk('data', '8MiB'), disk('disk')]);

    expect(planText(plan)).toBe('volume.box.data withheld (last_copy)\nvolume.box.disk withheld (last_copy)');
  });

  it('goes with all data where that is asked for', () => {
    const plan = planned([], { mode: 'destroy', destroyData: true });

    expect(plan.withheld).toEqual([]);
    expect(plan.changes.map(({ address, action }) => `${address} ${action}`)).toContain('vm.box delete');
  });
});
