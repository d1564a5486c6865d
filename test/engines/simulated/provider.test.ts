import { describe, expect, it } from 'vitest';
import type { DesiredEnvironment, DesiredResource } from '../../../src/model/desired.ts';
import type { Observation } from '../../../src/model/observed.ts';
import { simulatedDriver } from '../../support/simulated/driver.ts';
import { type SimulatedEngine, simulatedEngine } from '../../support/simulated/engine.ts';
import { OWNER, planNow, reconcile } from '../../support/simulated/reconcile.ts';
import { environment, NEVER } from './scene.ts';
import { SEALER } from '../../support/sealer.ts';

const VM = { type: 'vm', name: 'shop_builder' } as const;

interface Nested {
  readonly outer: SimulatedEngine;
  readonly inner: SimulatedEngine;
  look(): Promise<Observation>;
}

function nested(): Nested {
  const outer = simulatedEngine({ name: 'outer' });
  const inner = simulatedEngine({ provided_by: { engine: outer, object: VM, address: 'vm.builder' } });
  const look = async (): Promise<Observation> => {
    const observer = await simulatedDriver(inner).observer(
      { name: 'inner', driver: 'simulated', settings: {} },
      SEALER,
    );
    return observer.observe(
      { owners: [OWNER], project: 'shop', environment: 'local', names: { service: ['db'] } },
      NEVER,
    );
  };
  return { outer, inner, look };
}

/** A VM on the outer engine, and nothing else. */
function withVm(config: DesiredResource['config']): DesiredEnvironment {
  const plain = environment([]);
  const vm: DesiredResource = {
    address: 'vm.builder',
    type: 'vm',
    key: 'builder',
    name: VM.name,
    engine: 'simulated',
    external: false,
    protect: false,
    deletion_policy: 'delete',
    on_failure: 'stop',
    drift: 'report',
    config: { run_state: 'running', ...config, protect: false, deletion_policy: 'delete' },
    dependencies: [],
    uses: [],
    untracked: [],
  };
  return { ...plain, resources: new Map([[vm.address, vm]]) };
}

describe('an engine inside a virtual machine', () => {
  it('is absent before the machine is there, unreachable while it is down, and gone with it', async () => {
    const { outer, inner, look } = nested();

    const before = await look();
    await reconcile(simulatedDriver(outer), withVm({ cpus: 2, disk: '10GiB' }));
    inner.world.addForeign({ name: 'db' });
    const during = await look();
    outer.world.stop(VM.name, 'vm');
    const down = await look();
    outer.world.remove(VM.name, 'vm');
    await reconcile(simulatedDriver(outer), withVm({ cpus: 2, disk: '10GiB' }));
    const anew = await look();

    expect(before).toEqual({ status: 'absent', engine: 'inner', provided_by: 'vm.builder' });
    expect(during).toMatchObject({ status: 'known', objects: [{ name: 'db' }] });
    expect(down).toMatchObject({ status: 'unreachable', provided_by: 'vm.builder' });
    expect(anew).toMatchObject({ status: 'known', objects: [] });
  });

  it('goes on while the machine is changed by a restart, and not when it is replaced', async () => {
    const { outer, inner, look } = nested();
    const driver = simulatedDriver(outer);
    await reconcile(driver, withVm({ cpus: 2, disk: '10GiB' }));
    inner.world.addForeign({ name: 'db' });

    const larger = await reconcile(driver, withVm({ cpus: 4, disk: '20GiB' }));
    const kept = await look();
    const smaller = await reconcile(driver, withVm({ cpus: 4, disk: '5GiB' }), { plan: { destroyData: true } });
    const lost = await look();

    expect(larger.plan.changes.map(({ action }) => action)).toEqual(['restart']);
    expect(kept).toMatchObject({ objects: [{ name: 'db' }] });
    expect(smaller.plan.changes.map(({ action }) => action)).toEqual(['replace']);
    expect(lost).toMatchObject({ objects: [] });
    expect((await planNow(driver, withVm({ cpus: 4, disk: '5GiB' }))).changes).toEqual([]);
  });

  it('shows the old values of a running machine until it is restarted', () => {
    const outer = simulatedEngine();
    outer.world.addForeign({ ...VM, config: { cpus: 2 }, running: true });

    outer.calls.update(VM, { cpus: 4 }).effects[0]();
    const pending = outer.world.get(VM.name, 'vm');
    expect([pending.config, pending.effective]).toEqual([{ cpus: 4 }, { cpus: 2 }]);

    outer.world.stop(VM.name, 'vm');
    outer.world.start(VM.name, 'vm');
    expect(outer.world.get(VM.name, 'vm').effective).toBeNull();
  });
});
