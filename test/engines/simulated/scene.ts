/** A simulated engine with a small environment on it, for tests of the engine itself. */
import type { Driver } from '../../../src/drivers/driver.ts';
import type { ObjectReference } from '../../../src/drivers/scope.ts';
import type { DesiredEnvironment } from '../../../src/model/desired.ts';
import type { ObservedObject } from '../../../src/model/observed.ts';
import { type NetworkBlueprint, plainService, type ServiceBlueprint } from '../../support/environments/blueprint.ts';
import { environmentOf } from '../../support/environments/environment.ts';
import { simulatedDriver } from '../../support/simulated/driver.ts';
import { type SimulatedEngine, simulatedEngine } from '../../support/simulated/engine.ts';
import type { SimulatedSettings } from '../../support/simulated/options.ts';
import { OWNER } from '../../support/simulated/reconcile.ts';
import { SEALER } from '../../support/sealer.ts';

export const NEVER: AbortSignal = new AbortController().signal;

export interface Scene {
  readonly engine: SimulatedEngine;
  readonly driver: Driver;
}

export function scene(settings: SimulatedSettings = {}): Scene {
  const engine = simulatedEngine(settings);
  return { engine, driver: simulatedDriver(engine) };
}

/** Services `s0`, `s1` …, called `shop-s0-1` …, each of its own making, and networks `n0` … */
export function environment(
  services: readonly Partial<ServiceBlueprint>[],
  networks: readonly Partial<NetworkBlueprint>[] = [],
): DesiredEnvironment {
  return environmentOf({
    services: services.map(plainService),
    volumes: [{ present: true, labels: {}, size: null, deletion_policy: 'retain', protect: false }],
    networks: networks.map((part) => ({ present: true, labels: {}, internal: false, ...part })),
  });
}

export async function observed(driver: Driver, name = 'shop-s0-1'): Promise<ObservedObject> {
  const [found] = await look(driver, [{ type: 'service', name }]);
  if (found === undefined) throw new Error(`${name} is not observed`);
  return found;
}

/** All services that are ours. */
export async function observedServices(driver: Driver): Promise<readonly ObservedObject[]> {
  return (await look(driver)).filter(({ type }) => type === 'service');
}

async function look(driver: Driver, only?: readonly ObjectReference[]): Promise<readonly ObservedObject[]> {
  const observer = await driver.observer({ name: 'simulated', driver: 'simulated', settings: {} }, SEALER);
  const scope = { owners: [OWNER], project: 'shop', environment: 'local', names: {} };
  const observation = await observer.observe(only === undefined ? scope : { ...scope, only }, NEVER);
  return observation.status === 'known' ? observation.objects : [];
}
