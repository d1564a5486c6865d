/** All services that take part, resolved. */
import { type Address, addressOf, keyOf, typeOf } from '../../model/address.ts';
import type { Dependency, Service } from '../../model/generated/environment.ts';
import type { JsonObject } from '../../model/json.ts';
import type { ManifestPath } from '../layers.ts';
import { declaredDependencies, resolveDependencies } from './dependencies.ts';
import { engineOf } from './engines.ts';
import type { ServiceEntry } from './entries.ts';
import { declaredAttachments } from './networks.ts';
import type { Scope } from './scope.ts';
import { resolveService } from './service.ts';
import { resolveTexts } from './texts.ts';

export function resolveServices(profiles: readonly string[], scope: Scope): readonly ServiceEntry[] {
  const all = scope.manifest.services ?? {};
  const active = Object.entries(all).filter(([, service]) => takesPart(service, profiles));
  const shared = resolveTexts(scope.manifest.environment_variables, scope);
  const awaited = awaitedToComplete(active);

  /** An optional dependency on a service that takes no part is none. */
  function isLeftOut(address: Address, settings: Dependency): boolean {
    if (settings.criticality !== 'optional' || typeOf(address) !== 'service') return false;
    const key = keyOf(address);
    const service = Object.hasOwn(all, key) ? all[key] : undefined;
    return service !== undefined && !takesPart(service, profiles);
  }

  return active.map(([key, service]) => resolveEntry(key, service, shared, awaited, isLeftOut, scope));
}

/** Without profiles a service always takes part. */
function takesPart(service: Service, profiles: readonly string[]): boolean {
  return service.profiles === undefined || service.profiles.some((profile) => profiles.includes(profile));
}

function resolveEntry(
  key: string,
  service: Service,
  shared: JsonObject,
  awaited: ReadonlyMap<Address, ManifestPath>,
  isLeftOut: (address: Address, settings: Dependency) => boolean,
  scope: Scope,
): ServiceEntry {
  const address = addressOf('service', key);
  const dependencies = resolveDependencies(service, ['services', key], scope.reporter, isLeftOut);
  const runState = service.run === 'once' || awaited.has(address) ? 'completed' : 'running';
  return {
    key,
    address,
    path: ['services', key],
    service,
    engine: engineOf(service),
    declared: declaredDependencies(service).filter(({ address: target, settings }) => !isLeftOut(target, settings)),
    dependencies,
    attachments: declaredAttachments(service),
    resolved: resolveService(key, service, { shared, dependencies, runState }, scope),
  };
}

/** Services that others wait to complete, and where the first of those says so. */
export function awaitedToComplete(services: Iterable<readonly [string, Service]>): ReadonlyMap<Address, ManifestPath> {
  const awaited = new Map<Address, ManifestPath>();
  for (const [key, service] of services) {
    for (const { address, settings, segment } of declaredDependencies(service)) {
      if (settings.condition !== 'service_completed_successfully' || awaited.has(address)) continue;
      awaited.set(address, ['services', key, 'dependencies', segment, 'condition']);
    }
  }
  return awaited;
}
