/** The Lima driver: virtual machines of limactl 2, for the user who runs trueup. */
import type { Driver } from '../driver.ts';
import { engineOf } from './engine.ts';
import { limaModel } from './model.ts';

export const limaDriver: Driver = {
  name: 'lima',
  model: limaModel,
  identity: (declaration) => `lima ${engineOf(declaration).home}`,
  observer: async (declaration, sealer) =>
    (await import('./observe/observer.ts')).limaObserver(engineOf(declaration), sealer),
  survey: async (engines, signal) => (await import('./survey.ts')).surveyHomes(engines, signal),
  actuator: async (declaration) => (await import('./actuate/actuator.ts')).limaActuator(engineOf(declaration)),
};
