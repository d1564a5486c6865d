import { describe, expect, it } from 'vitest';
import type { Driver, DriverRegistry, Observer } from '../../../src/drivers/driver.ts';
import { libvirtDriver } from '../../../src/drivers/libvirt/index.ts';
import { hurriedDrivers, patience } from '../../../src/flow/hurried.ts';
import type { EngineDeclaration } from '../../../src/model/desired.ts';
import { SEALER } from '../../support/sealer.ts';

const ENGINE: EngineDeclaration = { name: 'host', driver: 'libvirt', settings: {} };
const SCOPE = { owners: [], project: 'p', environment: 'e', names: {} };

/** Answers only to an abort. */
function silent(types: Driver['model']['resourceTypes']): DriverRegistry {
  const observe: Observer['observe'] = (_scope, signal) => {
    const { promise, reject } = Promise.withResolvers<never>();
    if (signal.aborted) reject(signal.reason as Error);
    signal.addEventListener('abort', () => reject(signal.reason as Error));
    return promise;
  };
  const readiness: Observer['readiness'] = (_object, _config, signal) =>
    observe(SCOPE, signal).then(() => Promise.reject(new Error('it answered')));
  const driver: Driver = {
    ...libvirtDriver,
    model: { ...libvirtDriver.model, resourceTypes: types },
    observer: async (engine, sealer) =>
      Object.assign(await libvirtDriver.observer(engine, sealer), { observe, readiness }),
  };
  return { names: ['libvirt'], load: () => Promise.resolve(driver) };
}

async function observerOf(drivers: DriverRegistry, engine: EngineDeclaration = ENGINE): Promise<Observer | undefined> {
  return (await hurriedDrivers(drivers, patience(20)).load('libvirt'))?.observer(engine, SEALER);
}

async function look(drivers: DriverRegistry, signal: AbortSignal, engine?: EngineDeclaration): Promise<unknown> {
  return (await observerOf(drivers, engine))?.observe(SCOPE, signal);
}

describe('a look for who only wants to be shown something', () => {
  it('is unreachable, with the reason, where an engine of VMs does not answer in time', async () => {
    expect(await look(silent(['vm']), new AbortController().signal)).toEqual({
      status: 'unreachable',
      engine: 'host',
      error: 'no answer within 0.02 s',
      provided_by: null,
    });
  });

  it('ends with the reason of who ends it', async () => {
    const reason = new Error('enough');

    await expect(look(silent(['vm']), AbortSignal.any([AbortSignal.abort(reason)]))).rejects.toBe(reason);
  });

  it('does not wait for an engine inside of a VM either', async () => {
    const inside = { provider: 'vm.box', name: 'demo-box', config: {}, engine: ENGINE } as const;
    const engine = { ...ENGINE, name: 'inner', inside };

    expect(await look(silent(['service']), AbortSignal.timeout(5000), engine)).toMatchObject({
      status: 'unreachable',
      engine: 'inner',
      error: 'no answer within 0.02 s',
    });
  });

  it('has no rungs of a VM that nobody could look at in time', async () => {
    const observer = await observerOf(silent(['vm']));

    expect(await observer?.readiness?.({ type: 'vm', name: 'box' }, {}, AbortSignal.timeout(5000))).toEqual([]);
  });

  it('has one time limit for all that it asks', async () => {
    const limit = patience(20);
    const drivers = hurriedDrivers(silent(['vm']), limit);
    const observer = await (await drivers.load('libvirt'))?.observer(ENGINE, SEALER);
    await observer?.observe(SCOPE, new AbortController().signal);

    expect(limit.signal.aborted).toBe(true);
    // Nothing but the limit, which has passed, could end it.
    expect(await observer?.observe(SCOPE, new AbortController().signal)).toMatchObject({ status: 'unreachable' });
  });

  it('waits for engines of containers as long as they need', async () => {
    const looked = look(silent(['service']), AbortSignal.timeout(200));

    await expect(looked).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});
