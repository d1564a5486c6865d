/** The kwok driver: Kubernetes control planes as processes of this machine, with nodes that only act as if they ran pods. */
import type { Driver } from '../driver.ts';
import { engineOf } from './engine.ts';
import { kwokModel } from './model.ts';

export const kwokDriver: Driver = {
  name: 'kwok',
  model: kwokModel,
  identity: (declaration) => `kwok ${engineOf(declaration).root}`,
  observer: async (declaration) => (await import('./observe/observer.ts')).kwokObserver(engineOf(declaration)),
  survey: async (engines, signal) => (await import('./survey.ts')).surveyEngines(engines, signal),
  actuator: async (declaration) => (await import('./actuate/actuator.ts')).kwokActuator(engineOf(declaration)),
};
