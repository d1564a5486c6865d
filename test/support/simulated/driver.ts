/** The simulated driver: the real contract over a simulated engine. */
import type { Driver } from '../../../src/drivers/driver.ts';
import type { EngineDeclaration } from '../../../src/model/desired.ts';
import { SimulatedActuator } from './actuator.ts';
import type { SimulatedEngine } from './engine.ts';
import { simulatedModel } from './model/model.ts';
import { SimulatedObserver } from './observer.ts';

/**
 * A driver for one engine, or for several that a declaration chooses from. Each connection belongs to the trueup
 * process of the moment in which it was opened, and dies with it.
 */
export function simulatedDriver(
  engines: SimulatedEngine | ((declaration: EngineDeclaration) => SimulatedEngine),
): Driver {
  const engineOf = (declaration: EngineDeclaration): SimulatedEngine =>
    typeof engines === 'function' ? engines(declaration) : engines;
  return {
    name: 'simulated',
    model: simulatedModel,
    identity: (declaration) => `simulated ${engineOf(declaration).options.name}`,
    observer: async (declaration) => new SimulatedObserver(engineOf(declaration), declaration),
    actuator: async (declaration) => new SimulatedActuator(engineOf(declaration)),
  };
}
