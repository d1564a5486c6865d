/** What a creation shows: the fields that tell what the new thing is; of environment variables the names alone. */
import type { ResourceType } from '../model/address.ts';
import { fieldPath } from '../model/field-path.ts';
import { isJsonObject, type Json, type JsonObject, memberAt } from '../model/json.ts';
import { isSecret } from '../model/secret.ts';
import { fieldText } from './field-text.ts';
import { safeText, shorten } from './safe-text.ts';
import { valueText } from './value-text.ts';
import { listed } from './words.ts';

const MAIN_FIELDS: Readonly<Record<ResourceType, readonly string[]>> = {
  service: [
    'container.image',
    'container.build.context',
    'container.command',
    'process.command',
    'networking.ports',
    'networking.networks',
    'storage.volumes',
    'environment_variables',
    'health_check.test',
    'health_check.endpoints',
    'resource_limits',
  ],
  volume: ['driver', 'driver_opts', 'size', 'image'],
  network: ['driver', 'internal', 'ipam.config'],
  image: ['reference', 'build.context'],
  vm: [
    'arch',
    'accelerator',
    'cpus',
    'memory',
    'disk',
    'image',
    'kernel',
    'additional_disks',
    'mounts',
    'port_forwards',
    'driver_options',
  ],
  cluster: [
    'kubernetes_version',
    'nodes.control_plane.count',
    'nodes.workers.count',
    'port_mappings',
    'mounts',
    'addons',
    'kubeconfig.path',
    'kubeconfig.merge',
    'driver_options',
  ],
};

/** Values that say nothing, because almost every such resource has them. */
const USUAL_VALUES: Readonly<Record<string, Json>> = {
  'volume.driver': 'local',
  'network.driver': 'bridge',
  'vm.accelerator': 'auto',
};

const LONGEST_VALUE = 60;
const MOST_KEYS = 6;

/** `field: value` texts, in a fixed order. */
export function createdFields(type: ResourceType, config: JsonObject): readonly string[] {
  return MAIN_FIELDS[type].flatMap((field) => {
    const names = field.split('.');
    const value = withoutUnset(memberAt(config, ...names));
    if (value === USUAL_VALUES[`${type}.${field}`]) return [];
    const text = field === 'environment_variables' ? namesText(value) : compactText(value);
    return text === '' ? [] : [`${fieldText(fieldPath(...names))}: ${shorten(text, LONGEST_VALUE)}`];
  });
}

/** Every field that is set, for readers who want it all. */
export function allFields(config: JsonObject): readonly string[] {
  return leaves(config, []).map(([names, value]) => `${fieldText(fieldPath(...names))}: ${valueText(value)}`);
}

/** Of keyed lists the names alone: their items are groups of their own. */
function compactText(value: Json): string {
  if (value === null || value === false) return '';
  if (!isGroup(value)) return Array.isArray(value) && value.length === 0 ? '' : valueText(value);
  return Object.values(value).some(isJsonObject) ? namesText(value) : groupText(value);
}

function namesText(value: Json): string {
  return isGroup(value) ? listed(Object.keys(value).map(safeText), MOST_KEYS) : '';
}

function groupText(group: JsonObject): string {
  return Object.keys(group).length === 0 ? '' : valueText(group);
}

function isGroup(value: Json): value is JsonObject {
  return isJsonObject(value) && !isSecret(value);
}

/** A group without the members that are not set. A member that is an empty group stays: in keyed lists its name counts. */
function withoutUnset(value: Json): Json {
  if (!isGroup(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== null && !isEmptyList(item)));
}

function isEmptyList(value: Json): boolean {
  return Array.isArray(value) && value.length === 0;
}

function leaves(value: Json, names: readonly string[]): readonly (readonly [readonly string[], Json])[] {
  if (value === null || isEmptyList(value)) return [];
  if (!isGroup(value)) return [[names, value]];
  return Object.entries(value).flatMap(([name, item]) => leaves(item, [...names, name]));
}
