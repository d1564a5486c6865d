/**
 * The pure face of the docker driver: what it carries, what means the same and what a change takes, as the files under
 * fields/ say it of each field; and which steps carry a change out.
 */
import type { ResourceType } from '../../model/address.ts';
import type { Effect } from '../../model/change.ts';
import { childPath, type FieldPath, parseFieldPath } from '../../model/field-path.ts';
import { isJsonObject, type Json, type JsonObject, jsonEqual, member } from '../../model/json.ts';
import type { Facts } from '../../model/observed.ts';
import { isSecret } from '../../model/secret.ts';
import type { DriverModel, FindObject } from '../driver.ts';
import { groupOf, SERVICE_GROUPS } from './fields/groups.ts';
import { comparableImage, sameInImage } from './fields/image-resource.ts';
import { comparableNetwork, sameInNetwork } from './fields/network.ts';
import { overlaid, picked, shapeOf } from './fields/parts.ts';
import { unsupportedFields } from './fields/unsupported.ts';
import { comparableVolume } from './fields/volume.ts';
import { stepsFor } from './steps/steps.ts';
import { lifeOf } from './steps/verbs.ts';

export const dockerModel: DriverModel = {
  resourceTypes: ['service', 'volume', 'network', 'image'],
  // Labels cannot be changed, and neither data nor connections are worth a new key. A container is found by its key.
  addressedForGood: ['volume', 'network'],
  settings: ['host', 'context', 'vm', 'socket', 'port'],
  unsupported: unsupportedFields,
  comparable,
  equal,
  choosesDefault,
  effect,
  steps: stepsFor,
  life: lifeOf,
};

const AS_THEY_STAND = shapeOf(SERVICE_GROUPS.flatMap(({ fields, comparable }) => (comparable ? [] : fields)));
const OF_THEIR_OWN = SERVICE_GROUPS.flatMap(({ comparable }) => comparable ?? []);

function comparable(type: ResourceType, config: JsonObject, facts: Facts | null): JsonObject {
  if (type === 'network') return comparableNetwork(config);
  if (type === 'volume') return comparableVolume(config);
  if (type === 'image') return comparableImage(config);
  return overlaid(picked(config, AS_THEY_STAND), ...OF_THEIR_OWN.map((comparable) => comparable(config, facts)));
}

function equal(
  type: ResourceType,
  path: FieldPath,
  desired: Json,
  observed: Json,
  find: FindObject,
  whole: JsonObject = {},
): boolean {
  if (jsonEqual(desired, observed)) return true;
  if (isGroup(desired) && isGroup(observed)) {
    const names = new Set([...Object.keys(desired), ...Object.keys(observed)]);
    return [...names].every((name) =>
      equal(type, childPath(path, name), member(desired, name), member(observed, name), find, whole),
    );
  }
  const names = parseFieldPath(path) ?? [];
  if (type === 'network') return sameInNetwork(names, desired, observed, whole);
  if (type === 'image') return sameInImage(names, desired, observed);
  if (type !== 'service') return false;
  return groupOf(names)?.equal?.({ names, desired, observed, find, whole }) ?? false;
}

function choosesDefault(type: ResourceType, path: FieldPath): boolean {
  return type === 'service' && groupOf(parseFieldPath(path) ?? [])?.choosesDefault === true;
}

function effect(
  type: ResourceType,
  path: FieldPath,
  before: Json,
  after: Json,
  facts: Facts | null,
  desired: JsonObject = {},
): Effect {
  // A reference gets another image under the same name.
  if (type === 'image') return 'in_place';
  if (type !== 'service') return 'replace';
  const names = parseFieldPath(path) ?? [];
  return groupOf(names)?.effect?.({ names, before, after, facts, desired }) ?? 'replace';
}

function isGroup(value: Json): value is JsonObject {
  return isJsonObject(value) && !isSecret(value);
}
