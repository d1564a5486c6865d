import { describe, expect, it } from 'vitest';
import type { Announced } from '../../../src/diff/leaving.ts';
import { libvirtModel } from '../../../src/drivers/libvirt/model.ts';
import { processModel } from '../../../src/drivers/process/model.ts';
import type { DesiredEnvironment, DesiredResource, EngineDeclaration } from '../../../src/model/desired.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import type { Observation, ObservedObject } from '../../../src/model/observed.ts';
import type { Plan } from '../../../src/model/plan.ts';
import type { PlanRequest } from '../../../src/reconcile/plan/plan.ts';
import { desired, environment } from '../../support/builders.ts';
import { inState, observed, planOf, planText, recordedOf, service, volume } from '../../support/planning.ts';

const HOST: EngineDeclaration = { name: 'host', driver: 'libvirt', settings: {} };

function machine(config: JsonObject = {}, overrides: Partial<DesiredResource> = {}): DesiredResource {
  return desired('builder', {
    type: 'vm',
    name: 'shop-builder',
    engine: 'host',
    deletion_policy: 'delete',
    config: {
      cpus: 1,
      memory: '128MiB',
      disk: '16MiB',
      apply_restart: 'on_change',
      run_state: 'running',
      deletion_policy: 'delete',
      ...config,
    },
    uses: ['volume.builder.disk'],
    ...overrides,
  });
}

function disk(image = 'sha256:1'): DesiredResource {
  return desired('builder.disk', {
    type: 'volume',
    name: 'shop-builder.disk',
    engine: 'host',
    deletion_policy: 'delete',
    config: { size: '16MiB', format: 'qcow2', image: { digest: image }, deletion_policy: 'delete' },
  });
}

function data(isProtected: boolean): DesiredResource {
  const config = { labels: {}, protect: isProtected, deletion_policy: 'delete' };
  return volume('data', { engine: 'inner', protect: isProtected, deletion_policy: 'delete', config });
}

const DB = service('db', { overrides: { engine: 'inner' } });

function shop(resources: readonly DesiredResource[]): DesiredEnvironment {
  const inside = { provider: 'vm.builder', name: 'shop-builder', config: {}, engine: HOST } as const;
  return environment([...resources], {
    engines: { host: HOST, inner: { name: 'inner', driver: 'process', settings: {}, inside } },
  });
}

interface Scene {
  readonly before: readonly DesiredResource[];
  /** Whether the VM, and so the engine inside, is down. */
  readonly isDown?: boolean;
  /** Whether the VM has its disk within itself. */
  readonly holdsData?: boolean;
  /** What was applied last; all that was there before where it is absent. */
  readonly recorded?: readonly DesiredResource[];
}

function planFrom(
  wanted: readonly DesiredResource[],
  { before, isDown = false, holdsData = false, recorded = before }: Scene,
  overrides: Partial<PlanRequest> = {},
): Plan {
  const seen = (resource: DesiredResource): ObservedObject => {
    if (resource.type !== 'vm') return observed(resource);
    const object = isDown ? inState(resource, 'stopped') : observed(resource);
    const configured = { ...object.configured, disk: 'attached', uses: ['volume.builder.disk'] };
    return { ...object, configured, ...(holdsData ? { holds_data: true } : {}) };
  };
  const on = (engine: string): readonly ObservedObject[] => before.filter((one) => one.engine === engine).map(seen);
  const facts = { kind: 'process', version: '1' };
  const inner: Observation = isDown
    ? { status: 'unreachable', engine: 'inner', error: 'the VM is down', provided_by: 'vm.builder' }
    : { status: 'known', engine: 'inner', facts, objects: on('inner') };
  return planOf(
    wanted,
    { recorded: recordedOf(recorded) },
    {
      environment: shop(wanted),
      observations: new Map<string, Observation>([
        ['host', { status: 'known', engine: 'host', facts, objects: on('host') }],
        ['inner', inner],
      ]),
      models: new Map([
        ['host', libvirtModel],
        ['inner', processModel],
      ]),
      ...overrides,
    },
  );
}

/** As `trueup destroy` asks. */
function destroyed(scene: Scene, declared: readonly DesiredResource[], destroyData: boolean): Plan {
  const known = new Map(declared.map((resource) => [resource.address, resource]));
  return planFrom([], scene, { mode: 'destroy', destroyData, declared: known });
}

function changesOf(plan: Plan): readonly string[] {
  return plan.changes.map(({ address, action }) => `${address} ${action}`);
}

function withheldOf(plan: Plan): readonly string[] {
  return plan.withheld.map(({ address, reason }) => `${address} ${reason}`);
}

const GUARDED = [machine(), disk(), data(true), DB];

describe('what is protected inside, where all is destroyed', () => {
  it.each([false, true])('keeps its VM and its disks, which is stopped, with --volumes %s', (destroyData) => {
    const plan = destroyed({ before: GUARDED }, GUARDED, destroyData);

    expect(changesOf(plan)).toEqual(['service.db delete', 'vm.builder update']);
    expect(withheldOf(plan)).toEqual([
      'vm.builder protected',
      'volume.builder.disk protected',
      'volume.data protected',
    ]);
    expect(plan.withheld[0]?.summary).toBe(
      'vm.builder would have to be removed, and volume.data, which is protected, with it; it stays as it is',
    );
    expect(plan).toMatchObject({ applyable: true, complete: true });
  });

  it.each([false, true])('keeps a VM that is down, with --volumes %s', (destroyData) => {
    const plan = destroyed({ before: GUARDED, isDown: true }, GUARDED, destroyData);

    expect(changesOf(plan)).toEqual([]);
    expect(withheldOf(plan)).toEqual([
      'service.db data_kept',
      'vm.builder protected',
      'volume.builder.disk protected',
      'volume.data data_kept',
    ]);
    expect(plan).toMatchObject({ applyable: true, complete: true });
  });

  it('keeps its VM for what was applied, or is declared, alone', () => {
    const bare = [machine(), disk(), data(false), DB];

    expect(changesOf(destroyed({ before: GUARDED, isDown: true }, bare, true))).toEqual([]);
    expect(changesOf(destroyed({ before: GUARDED, isDown: true, recorded: [] }, GUARDED, true))).toEqual([]);
  });

  it('keeps nothing where nothing is protected', () => {
    const bare = [machine(), disk(), data(false), DB];

    expect(changesOf(destroyed({ before: bare, isDown: true }, bare, true))).toEqual([
      'vm.builder delete',
      'volume.builder.disk delete',
    ]);
  });
});

describe('what is inside a VM whose disk alone is made anew', () => {
  const other = disk('sha256:2');

  it('is lost with it, is named before, and is made anew', () => {
    const before = [machine(), disk(), data(false), DB];

    const plan = planFrom([machine(), other, data(false), DB], { before });

    expect(changesOf(plan)).toEqual(['service.db create', 'volume.builder.disk replace', 'volume.data create']);
    expect(plan.changes[1]?.impact).toMatchObject({
      data_loss: true,
      data_at_risk: ['volume.builder.disk', 'volume.data'],
    });
    expect(plan.changes[1]?.impact.restarts).toContain('service.db');
    expect(plan.second_stage).toEqual([
      { engine: 'inner', provided_by: 'vm.builder', addresses: ['service.db', 'volume.data'] },
    ]);
    const look = plan.steps.find(({ verb }) => verb === 'look_inside');
    expect(look?.depends_on).toContainEqual({ step: 'vm.builder:start', when: 'done' });
    expect(plan.steps.find(({ id }) => id === 'service.db:create')?.depends_on).toContainEqual({
      step: look?.id,
      when: 'done',
    });
  });

  it('keeps the disk where it is protected', () => {
    const plan = planFrom([machine(), other, data(true), DB], { before: GUARDED });

    expect(planText(plan)).toBe('volume.builder.disk withheld (protected)');
    expect(plan.withheld[0]?.summary).toMatch(/^volume\.builder\.disk would .* volume\.data, which is protected/);
  });

  it('keeps the disk of a VM that is down, and of one that is meant to be', () => {
    const down = planFrom([machine(), other, data(true), DB], { before: GUARDED, isDown: true });
    const resting = planFrom([machine({ run_state: 'stopped' }), other, data(true), DB], {
      before: GUARDED,
      isDown: true,
    });

    expect(withheldOf(down)).toEqual(['volume.builder.disk protected']);
    expect(withheldOf(resting)).toEqual(['volume.builder.disk protected']);
  });
});

describe('what a run itself has taken down or along', () => {
  const before = [machine(), disk(), data(false), DB];
  const announced: Announced = { changed: new Set(['volume.data']), down: new Set(['service.db']) };

  it('is no drift that a second stage leaves', () => {
    const objects = [observed(machine()), observed(disk()), inState(DB, 'stopped')];

    expect(secondPlan(objects, {})).toEqual(['service.db drift_reported', 'volume.data drift_reported']);
    expect(secondPlan(objects, { announced })).toEqual(['service.db update', 'volume.data create']);
  });

  it('is left where the world changed more of it', () => {
    const changed = { ...DB, config: { ...DB.config, labels: { by: 'hand' } } };
    const objects = [observed(machine()), observed(disk()), inState(changed, 'stopped'), observed(data(false))];

    expect(secondPlan(objects, { announced })).toEqual(['service.db drift_reported']);
  });

  function secondPlan(objects: readonly ObservedObject[], overrides: Partial<PlanRequest>): readonly string[] {
    const facts = { kind: 'process', version: '1' };
    const inner = objects.filter(({ type, name }) => type === 'service' || name === 'shop_data');
    const known: Observation = { status: 'known', engine: 'inner', facts, objects: inner };
    const targets = new Set(['service.db', 'volume.data'] as const);
    const host: Observation = { status: 'known', engine: 'host', facts, objects: [] };
    const observations = new Map([
      ['host', host],
      ['inner', known],
    ]);
    const plan = planFrom(before, { before }, { drift: 'by_policy', targets, observations, ...overrides });
    return [...changesOf(plan), ...withheldOf(plan)];
  }
});

describe('what is inside a VM that is down and is left so', () => {
  const before = [machine(), disk(), DB];

  it('is left alone, and keeps nothing else from being done', () => {
    const plan = planFrom([...before, data(false)], { before, isDown: true }, { drift: 'by_policy' });

    expect(plan).toMatchObject({ applyable: true, complete: true, changes: [] });
    expect(withheldOf(plan)).toEqual(['vm.builder drift_reported']);
    expect(plan.left_alone).toEqual(['service.db', 'vm.builder', 'volume.data']);
  });

  it('is left alone where the VM is frozen', () => {
    const frozen = [
      {
        address: 'vm.builder',
        by: 'kim@host',
        reason: 'looking',
        since: '2026-01-31T10:00:00.000Z',
        until: '2026-02-01T10:00:00.000Z',
      },
    ] as const;
    const plan = planFrom(before, { before, isDown: true }, { frozen });

    expect(plan).toMatchObject({ applyable: true, complete: true, changes: [] });
    expect(plan.left_alone).toContain('service.db');
  });

  it('stays with a VM that keeps its data, whatever else is destroyed', () => {
    const kept = machine({ deletion_policy: 'retain' }, { deletion_policy: 'retain', uses: [] });
    const all = [kept, DB];

    const plan = destroyed({ before: all, isDown: true, holdsData: true }, all, false);

    expect(plan).toMatchObject({ applyable: true, complete: true, changes: [] });
    expect(withheldOf(plan)).toEqual(['service.db data_kept', 'vm.builder data_kept']);
    expect(plan.withheld[0]?.summary).toBe('service.db is in vm.builder, which is down and stays: it stays as it is');
  });
});
