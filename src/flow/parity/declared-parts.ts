/** A side of a parity that is declared: all but the images of one environment, with paths as in any checkout. Pure. */
import { type Address, keyOf } from '../../model/address.ts';
import { broughtAlong } from '../../model/brought-along.ts';
import type { DesiredEnvironment, DesiredResource } from '../../model/desired.ts';
import type { JsonObject } from '../../model/json.ts';
import { desiredPath } from './dependency-paths.ts';
import { portableConfig } from './portable-config.ts';
import type { ResourcePart, SideParts } from './side-parts.ts';

/** As much of an environment as can be held against another one. */
export type Comparable = Pick<
  DesiredEnvironment,
  | 'name'
  | 'type'
  | 'project'
  | 'folder'
  | 'revision'
  | 'engines'
  | 'resources'
  | 'ignore_differences'
  | 'locate'
  | 'writtenAt'
>;

/** `root` is that of the checkout in which it was loaded. */
export function declaredParts(environment: Comparable, label: string, root: string): SideParts {
  const resources = [...environment.resources.values()].filter(isCompared);
  const along = broughtAlong(resources);
  const declared = (resource: DesiredResource): ResourcePart => {
    return { ...partOf(resource, environment, root), isBroughtAlong: along.has(resource.address) };
  };
  return {
    label,
    environment: environment.name,
    type: environment.type,
    project: environment.project,
    origin: 'declared',
    revision: environment.revision,
    observed_at: null,
    engines: Object.values(environment.engines).map(({ name, driver }) => ({ name, driver, version: null })),
    resources: new Map(resources.map((resource) => [resource.address, declared(resource)])),
    unknown: [],
    absent: new Map(),
    ignored: environment.ignore_differences,
    tellsSecrets: true,
    knowsDependencies: true,
  };
}

/** Nobody declares images: they are fields of services. */
export function isCompared({ type }: Pick<DesiredResource, 'type'>): boolean {
  return type !== 'image';
}

/** By key, as the manifests have them. */
export function dependenciesOf({ dependencies }: DesiredResource): JsonObject {
  return Object.fromEntries(
    dependencies.map(({ address, condition, restart, criticality }) => [
      dependencyKey(address),
      { condition, restart, criticality },
    ]),
  );
}

function dependencyKey(address: Address): string {
  return address.startsWith('service.') ? keyOf(address) : address;
}

function partOf(
  resource: DesiredResource,
  environment: Comparable,
  root: string,
): Omit<ResourcePart, 'isBroughtAlong'> {
  const { address, type, name, engine, external } = resource;
  const config = portableConfig(resource.config, { root, folder: environment.folder });
  return {
    address,
    type,
    name,
    config,
    dependencies: dependenciesOf(resource),
    effective: null,
    status: null,
    declared: true,
    locate: (path) => environment.locate(address, desiredPath(path)),
    locateOther: (path, other) => environment.writtenAt?.(address, path, other) ?? null,
    driver: environment.engines[engine]?.driver ?? engine,
    facts: null,
    origin: 'declared',
    asked: config,
    external,
    defaults: null,
  };
}
