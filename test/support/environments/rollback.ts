/** Environments whose failed changes are taken back, and changes that fail. */
import type { DesiredEnvironment, Policies } from '../../../src/model/desired.ts';
import type { EnvironmentBlueprint, ServiceBlueprint } from './blueprint.ts';

/** The same environment, where what fails is brought back as it was. */
export function withRollback(
  environment: DesiredEnvironment,
  rollback: Policies['rollback'] = 'service',
): DesiredEnvironment {
  const resources = [...environment.resources.values()].map((resource) => ({
    ...resource,
    on_failure: 'rollback' as const,
  }));
  return {
    ...environment,
    resources: new Map(resources.map((resource) => [resource.address, resource])),
    policies: { ...environment.policies, on_failure: 'rollback', rollback },
  };
}

const BAD: Partial<ServiceBlueprint> = {
  present: true,
  once: false,
  stopped: false,
  behaviour: ['exit=1'],
};

/** The blueprint with a change of one service, counted around, that can never work; of one that runs, if there is any. */
export function withBadChange(blueprint: EnvironmentBlueprint, which: number): EnvironmentBlueprint {
  const { services } = blueprint;
  const candidates = [...services.keys()].filter((index) => isRunning(services[index]));
  const bad = candidates[which % candidates.length];
  return {
    ...blueprint,
    services: services.map((service, index) => (index === bad ? { ...service, ...BAD } : service)),
  };
}

function isRunning(service: ServiceBlueprint | undefined): boolean {
  return service !== undefined && service.present && !service.once && !service.stopped;
}
