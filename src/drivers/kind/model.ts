/** The pure face of the kind driver: what it carries, what a change takes, and which steps carry it out. */
import type { ResourceType } from '../../model/address.ts';
import { type FieldPath, parseFieldPath } from '../../model/field-path.ts';
import { isJsonObject, type Json, type JsonObject, jsonEqual } from '../../model/json.ts';
import type { DriverModel } from '../driver.ts';
import { comparableAddons } from '../kubernetes/addons/declared.ts';
import { isVersion } from '../../model/kubernetes-versions.ts';
import { SETTINGS } from './engine.ts';
import { effectOf, FIELD_NAMES } from './fields.ts';
import { carriedOf, countOf, type Group, GROUP_NAMES } from './nodes/groups.ts';
import { refusals } from './refusals.ts';
import { stepsFor } from './steps/steps.ts';
import { isDefaultSubnet } from './subnets.ts';

export const kindModel: DriverModel = {
  resourceTypes: ['cluster'],
  addressedForGood: ['cluster'],
  settings: SETTINGS,
  unsupported: refusals,
  comparable,
  equal: (_type, path, desired, observed) => equal(path, desired, observed),
  effect: (type, path) => (type === 'cluster' ? effectOf(parseFieldPath(path) ?? []) : 'unsupported'),
  nodeCount: (config) => GROUP_NAMES.reduce((sum, group) => sum + countOf(config, group), 0),
  steps: stepsFor,
  life: ({ verb }) => (verb === 'start' || verb === 'stop' ? verb : null),
};

function comparable(type: ResourceType, config: JsonObject): JsonObject {
  if (type !== 'cluster') return {};
  return {
    ...Object.fromEntries(FIELD_NAMES.map((name) => [name, config[name] ?? null])),
    ...Object.fromEntries(OBJECTS.map((name) => [name, orEmpty(config[name])])),
    nodes: { control_plane: groupOf(config, 'control_plane'), workers: groupOf(config, 'workers') },
    addons: comparableAddons(config),
    driver_options: config['driver_options'] ?? null,
  };
}

/** Left out, there are none of them. */
const OBJECTS: readonly string[] = ['feature_gates', 'port_mappings', 'mounts', 'registry_mirrors', 'labels'];

function groupOf(config: JsonObject, group: Group): JsonObject {
  return { ...carriedOf(config, group), count: countOf(config, group) };
}

function orEmpty(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function equal(path: FieldPath, desired: Json, observed: Json): boolean {
  if (jsonEqual(desired, observed)) return true;
  const [field = ''] = parseFieldPath(path) ?? [];
  switch (field) {
    case 'kubernetes_version':
      // Left out, it is whatever kind takes; and of what is damaged nobody may know it.
      if (desired === null || observed === null) return true;
      return typeof desired === 'string' && typeof observed === 'string' && isVersion(desired, observed);
    case 'pod_subnet':
    case 'service_subnet':
      // What cannot be read is damage, and told as such.
      return observed === null || (desired === null && isDefaultSubnet(field, observed));
    case 'driver_options':
      // Only our notes could tell, and they may be gone.
      return observed === null || (desired === null && jsonEqual(observed, {}));
    default:
      return false;
  }
}
