/**
 * Looks that end in time, for who only wants to be shown something: an engine of VMs or clusters that has not answered by then
 * is unreachable, and what is on it unknown. A plan waits for as long as its engine needs.
 */
import type { Driver, DriverRegistry, Observer } from '../drivers/driver.ts';

export function hurriedDrivers(drivers: DriverRegistry, patienceMs: number): DriverRegistry {
  return {
    names: drivers.names,
    async load(name) {
      const driver = await drivers.load(name);
      return driver === null || !runsMachines(driver) ? driver : hurried(driver, patienceMs);
    },
  };
}

function runsMachines({ model }: Driver): boolean {
  return model.resourceTypes.includes('vm') || model.resourceTypes.includes('cluster');
}

function hurried(driver: Driver, patienceMs: number): Driver {
  return {
    ...driver,
    async observer(declaration, sealer) {
      const observer = await driver.observer(declaration, sealer);
      const look = observer.observe.bind(observer);
      const observe: Observer['observe'] = async (scope, signal) => {
        const deadline = AbortSignal.timeout(patienceMs);
        try {
          return await look(scope, AbortSignal.any([signal, deadline]));
        } catch (error) {
          signal.throwIfAborted();
          if (!deadline.aborted) throw error;
          const why = `no answer within ${patienceMs / 1000} s`;
          return { status: 'unreachable', engine: declaration.name, error: why, provided_by: null };
        }
      };
      // It was made just now, and is nobody else's.
      return Object.assign(observer, { observe });
    },
  };
}
