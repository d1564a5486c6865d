/** The simulated driver: the real contract over a simulated engine. */
import type { Driver } from '../../../src/drivers/driver.ts';
import type { EngineDeclaration } from '../../../src/model/desired.ts';
import { SimulatedActuator } from './actuator.ts';
import { dialledActuator, dialledObserver } from './dialled.ts';
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
    async observer(declaration, _sealer, dial) {
      const observer = new SimulatedObserver(engineOf(declaration), declaration);
      return dial === undefined ? observer : dialledObserver(observer, declaration, dial);
    },
    async actuator(declaration, dial) {
      const actuator = new SimulatedActuator(engineOf(declaration));
      return dial === undefined ? actuator : dialledActuator(actuator, declaration, dial);
    },
  };
}
