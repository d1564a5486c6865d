import { describe, expect, it } from 'vitest';
import type { Driver, DriverRegistry, Observer } from '../../../src/drivers/driver.ts';
import { libvirtDriver } from '../../../src/drivers/libvirt/index.ts';
import { hurriedDrivers } from '../../../src/flow/hurried.ts';
import { SEALER } from '../../support/sealer.ts';

const ENGINE = { name: 'host', driver: 'libvirt', settings: {} };
const SCOPE = { owners: [], project: 'p', environment: 'e', names: {} };

/** Answers only to an abort. */
function silent(types: Driver['model']['resourceTypes']): DriverRegistry {
  const observe: Observer['observe'] = (_scope, signal) => {
    const { promise, reject } = Promise.withResolvers<never>();
    if (signal.aborted) reject(signal.reason as Error);
    signal.addEventListener('abort', () => reject(signal.reason as Error));
    return promise;
  };
  const driver: Driver = {
    ...libvirtDriver,
    model: { ...libvirtDriver.model, resourceTypes: types },
    observer: async (engine, sealer) => Object.assign(await libvirtDriver.observer(engine, sealer), { observe }),
  };
  return { names: ['libvirt'], load: () => Promise.resolve(driver) };
}

async function look(drivers: DriverRegistry, signal: AbortSignal): Promise<unknown> {
  const observer = await (await hurriedDrivers(drivers, 20).load('libvirt'))?.observer(ENGINE, SEALER);
  return observer?.observe(SCOPE, signal);
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

  it('waits for engines of containers as long as they need', async () => {
    const looked = look(silent(['service']), AbortSignal.timeout(200));

    await expect(looked).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});
