import { describe, expect, it } from 'vitest';
import { libvirtModel } from '../../../src/drivers/libvirt/model.ts';
import type { DesiredResource } from '../../../src/model/desired.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import type { ObservedObject } from '../../../src/model/observed.ts';
import type { Plan } from '../../../src/model/plan.ts';
import { desired } from '../../support/builders.ts';
import { observed, planOf, planText, recordedOf } from '../../support/planning.ts';

const ASKED = { when: 'before_change', keep: 2 };

function machine(config: JsonObject = {}): DesiredResource {
  return desired('box', {
    type: 'vm',
    name: 'demo-box',
    config: {
      cpus: 1,
      memory: '128MiB',
      disk: '16MiB',
      apply_restart: 'on_change',
      run_state: 'running',
      snapshots: ASKED,
      ...config,
    },
    uses: ['volume.box.disk'],
  });
}

function disk(config: JsonObject = {}): DesiredResource {
  return desired('box.disk', {
    type: 'volume',
    name: 'demo-box.disk',
    deletion_policy: 'delete',
    config: { size: '16MiB', format: 'qcow2', image: null, ...config },
  });
}

function planFrom(
  wanted: readonly DesiredResource[],
  before: readonly DesiredResource[] = [machine(), disk()],
  overrides: Partial<ObservedObject> = {},
): Plan {
  const objects = before.map((resource) => {
    const isVm = resource.type === 'vm';
    const config = isVm ? { ...resource.config, disk: 'attached', uses: ['volume.box.disk'] } : resource.config;
    return observed({ ...resource, config }, isVm ? overrides : {});
  });
  const models = new Map([['process', libvirtModel]]);
  return planOf(wanted, { objects, recorded: recordedOf(before) }, { models });
}

function stepsOf(plan: Plan): string {
  return planText(plan).split('steps:\n')[1] ?? '';
}

describe('a snapshot of a VM in a plan', () => {
  it('comes before all that is done to the machine and its disks', () => {
    const plan = planFrom([machine({ memory: '256MiB' }), disk({ size: '32MiB' })]);

    expect(stepsOf(plan)).toMatch(/^vm\.box:snapshot\nvm\.box:stop ← vm\.box:snapshot\n/);
    for (const { verb, depends_on: needs } of plan.steps.filter(({ phase }) => ['stop', 'alter'].includes(phase)))
      if (verb !== 'snapshot') expect(needs).toContainEqual({ step: 'vm.box:snapshot', when: 'done' });
    expect(plan.steps[0]).toMatchObject({
      name: 'demo-box',
      args: { name: 'demo-box', keep: 2, label: 'before restart of vm.box, update of volume.box.disk' },
      cause: 'before restart of vm.box, update of volume.box.disk',
    });
  });

  it('is taken before a disk grows while the machine goes on', () => {
    expect(stepsOf(planFrom([machine(), disk({ size: '32MiB' })]))).toContain('vm.box:snapshot');
  });

  it('is not taken where nobody asks, where it only starts or stops, and where what it says of itself changes', () => {
    const quiet = machine({ snapshots: { when: 'never', keep: 3 } });
    const harmless = [
      planFrom([machine({ ...quiet.config, memory: '256MiB' }), disk()], [quiet, disk()]),
      planFrom([machine({ run_state: 'stopped' }), disk()]),
      planFrom([machine({ labels: { team: 'core' } }), disk()], [machine({ labels: {} }), disk()]),
    ];
    for (const plan of harmless) {
      expect(plan.steps.length).toBeGreaterThan(0);
      expect(stepsOf(plan)).not.toContain('snapshot');
    }
  });

  it('is taken before what waits for a restart comes in by a stop', () => {
    const stopped = [machine({ run_state: 'stopped' }), disk()];

    const waiting = planFrom(stopped, undefined, { effective: { memory: '64MiB' } });
    expect(stepsOf(waiting)).toMatch(/^vm\.box:snapshot\nvm\.box:stop ← vm\.box:snapshot/);
    expect(stepsOf(planFrom(stopped, undefined, { effective: { memory: '128MiB' } }))).not.toContain('snapshot');
  });

  it('is not taken of a disk that goes, which would take it along, and the plan says so', () => {
    const plan = planFrom([machine({ memory: '256MiB' }), disk({ size: '8MiB' })]);

    expect(stepsOf(plan)).not.toContain('snapshot');
    expect(plan.diagnostics).toMatchObject([{ code: 'no_snapshot', severity: 'warning' }]);
    expect(planFrom([machine({ memory: '256MiB' }), disk()]).diagnostics).toEqual([]);
    const along = planFrom([machine({ arch: 'aarch64' })], [machine()], { holds_data: true });
    expect(along.steps.map(({ verb }) => verb)).not.toContain('snapshot');
    expect(along.diagnostics).toMatchObject([{ code: 'no_snapshot' }]);
  });
});
