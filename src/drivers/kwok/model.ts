/** The pure face of the kwok driver: what it carries, what a change takes, and which steps carry it out. */
import type { ResourceType } from '../../model/address.ts';
import { type FieldPath, parseFieldPath } from '../../model/field-path.ts';
import { isJsonObject, type Json, type JsonObject, jsonEqual, member, memberAt } from '../../model/json.ts';
import type { DriverModel } from '../driver.ts';
import { comparableAddons } from '../kubernetes/addons/declared.ts';
import { isVersion } from '../../model/kubernetes-versions.ts';
import { SETTINGS } from './engine.ts';
import { effectOf, FIELD_NAMES } from './fields.ts';
import { refusals } from './refusals.ts';
import { stepsFor } from './steps/steps.ts';

export const kwokModel: DriverModel = {
  resourceTypes: ['cluster'],
  addressedForGood: [],
  settings: SETTINGS,
  unsupported: refusals,
  comparable,
  equal: (_type, path, desired, observed) => equal(path, desired, observed),
  effect: (type, path, before, after) =>
    type === 'cluster' ? effectOf(parseFieldPath(path)?.[0] ?? '', before, after) : 'unsupported',
  // Its control plane is made of processes, and none of them is a node.
  nodeCount: (config) => Number(memberAt(config, 'nodes', 'workers', 'count') ?? 0),
  steps: stepsFor,
  life: ({ verb }) => (verb === 'start' || verb === 'stop' ? verb : null),
};

function comparable(type: ResourceType, config: JsonObject): JsonObject {
  if (type !== 'cluster') return {};
  const workers = memberAt(config, 'nodes', 'workers');
  return {
    ...Object.fromEntries(FIELD_NAMES.map((name) => [name, config[name] ?? null])),
    feature_gates: orEmpty(config['feature_gates']),
    // The control plane is the same for all of them.
    nodes: {
      workers: {
        count: member(workers, 'count') ?? 0,
        labels: orEmpty(member(workers, 'labels')),
        taints: member(workers, 'taints') ?? [],
      },
    },
    addons: comparableAddons(config),
    labels: orEmpty(config['labels']),
  };
}

function orEmpty(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function equal(path: FieldPath, desired: Json, observed: Json): boolean {
  if (jsonEqual(desired, observed)) return true;
  const [field = ''] = parseFieldPath(path) ?? [];
  switch (field) {
    case 'kubernetes_version':
      // Nobody can tell the version of what does not run.
      if (desired === null || observed === null) return true;
      return typeof desired === 'string' && typeof observed === 'string' && isVersion(desired, observed);
    // Left out, they are whatever the servers take themselves.
    case 'pod_subnet':
    case 'service_subnet':
      return desired === null;
    case 'run_state':
      // Nothing of it runs, which is all that is asked for.
      return desired === 'stopped' && observed === 'failed';
    default:
      return false;
  }
}
