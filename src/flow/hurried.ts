/**
 * Looks that end in time, for who only wants to be shown something: an engine of VMs or clusters, or one inside of a VM, that has
 * not answered by then is unreachable, and what is on it unknown. All looks share one limit. A plan waits for as long as its
 * engine needs.
 */
import type { Driver, DriverRegistry, Observer } from '../drivers/driver.ts';
import type { EngineDeclaration } from '../model/desired.ts';
import type { Observation } from '../model/observed.ts';

/** How long all looks may take together. */
export interface Patience {
  /** Aborts when they have. */
  readonly signal: AbortSignal;
  readonly ms: number;
}

/** From now on. */
export function patience(ms: number): Patience {
  return { signal: AbortSignal.timeout(ms), ms };
}

export function hurriedDrivers(drivers: DriverRegistry, limit: Patience): DriverRegistry {
  return {
    names: drivers.names,
    async load(name) {
      const driver = await drivers.load(name);
      return driver === null ? null : hurried(driver, limit);
    },
  };
}

/** What is in a VM answers through it, and can hang with it. */
function canHang({ model }: Driver, { inside }: EngineDeclaration): boolean {
  return inside !== undefined || model.resourceTypes.includes('vm') || model.resourceTypes.includes('cluster');
}

function hurried(driver: Driver, limit: Patience): Driver {
  return {
    ...driver,
    async observer(declaration, sealer) {
      const observer = await driver.observer(declaration, sealer);
      if (!canHang(driver, declaration)) return observer;
      const look = observer.observe.bind(observer);
      const climb = observer.readiness?.bind(observer);
      const why = `no answer within ${limit.ms / 1000} s`;
      const observe: Observer['observe'] = (scope, signal) =>
        inTime<Observation>(
          (until) => look(scope, until),
          limit,
          signal,
          () => {
            return { status: 'unreachable', engine: declaration.name, error: why, provided_by: null };
          },
        );
      // It was made just now, and is nobody else's.
      if (climb === undefined) return Object.assign(observer, { observe });
      const readiness: Observer['readiness'] = (object, config, signal) =>
        inTime(
          (until) => climb(object, config, until),
          limit,
          signal,
          () => [],
        );
      return Object.assign(observer, { observe, readiness });
    },
  };
}

/** What `ask` gives, or `otherwise` where the time is over. */
async function inTime<T>(
  ask: (signal: AbortSignal) => Promise<T>,
  limit: Patience,
  signal: AbortSignal,
  otherwise: () => T,
): Promise<T> {
  try {
    return await ask(AbortSignal.any([signal, limit.signal]));
  } catch (error) {
    signal.throwIfAborted();
    if (!limit.signal.aborted) throw error;
    return otherwise();
  }
}
