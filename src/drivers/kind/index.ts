/** The kind driver: Kubernetes clusters whose nodes are containers of a Docker engine. */
import type { Driver } from '../driver.ts';
import { engineOf } from './engine.ts';
import { kindModel } from './model.ts';

export const kindDriver: Driver = {
  name: 'kind',
  model: kindModel,
  identity: (declaration) => `kind ${engineOf(declaration).place}`,
  observer: async (declaration) => (await import('./observe/observer.ts')).kindObserver(engineOf(declaration)),
  actuator: async (declaration) => (await import('./actuate/actuator.ts')).kindActuator(engineOf(declaration)),
  survey: async (engines, signal) => (await import('./survey.ts')).surveyEngines(engines, signal),
};
