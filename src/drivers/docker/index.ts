/** The docker driver: services as containers of any engine that speaks Docker's API. Its client is loaded when it is needed. */
import type { Driver } from '../driver.ts';
import { identityOf, resolveEndpoint } from './connection/resolve.ts';
import { dockerModel } from './model.ts';

export const dockerDriver: Driver = {
  name: 'docker',
  model: dockerModel,
  identity: identityOf,
  observer: async (engine, sealer, dial) => (await import('./connected.ts')).openObserver(engine, sealer, dial),
  actuator: async (engine, dial) => (await import('./connected.ts')).openActuator(engine, dial),
  async claims(engine, access) {
    const endpoint = resolveEndpoint(engine);
    return endpoint.kind === 'unix' || endpoint.kind === 'inside'
      ? null
      : (await import('./claims.ts')).openClaims(endpoint, access);
  },
  survey: async (engines, signal) => (await import('./survey/survey.ts')).surveyEngines(engines, { signal }),
};
