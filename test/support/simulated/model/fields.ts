/**
 * What a change of each field takes, as on container engines. Labels and limits can be set in place but never unset, so
 * unsetting one replaces; health checks and dependencies are notes on the object, so they change in place.
 */
import type { ResourceType } from '../../../../src/model/address.ts';
import type { Effect } from '../../../../src/model/change.ts';
import { isJsonObject, type Json, member } from '../../../../src/model/json.ts';
import type { Facts } from '../../../../src/model/observed.ts';
import { parseSize } from '../../../../src/model/quantity.ts';

/** Notes that nothing but trueup reads. */
const NOTES: readonly string[] = ['type', 'role', 'health_check', 'dependencies', 'protect', 'deletion_policy'];

/** Of the parts of a service: fields that an update call can set. */
const UPDATABLE: readonly string[] = ['labels', 'resource_limits', ...NOTES];

export function effectOf(
  type: ResourceType,
  names: readonly string[],
  before: Json,
  after: Json,
  facts: Facts | null,
): Effect {
  const [first = '', second] = names;
  if (type === 'service') return serviceEffect(first, second ?? null, before, after, facts);
  if (NOTES.includes(first) || first === 'labels' || first === 'metadata') return 'in_place';
  if (type === 'image') return 'in_place';
  if (type === 'vm') return vmEffect(first, before, after);
  return 'replace';
}

function serviceEffect(first: string, second: string | null, before: Json, after: Json, facts: Facts | null): Effect {
  if (NOTES.includes(first)) return 'in_place';
  if (first === 'labels') return unsets(before, after) ? 'replace' : 'in_place';
  if (first === 'resource_limits') {
    return unsets(before, after) && facts?.['lifts_limits'] !== true ? 'replace' : 'in_place';
  }
  if (first === 'networking' && second === 'networks') return 'in_place';
  // What is half removed can only be removed wholly.
  if (first === 'run_state') return before === 'dead' ? 'replace' : 'in_place';
  return 'replace';
}

/** Processors and memory count from the next start; a disk grows at the next start and never shrinks. */
function vmEffect(first: string, before: Json, after: Json): Effect {
  if (first === 'run_state') return 'in_place';
  if (first === 'cpus' || first === 'memory') return 'restart';
  if (first !== 'disk') return 'replace';
  return sizeOf(after) > sizeOf(before) ? 'restart' : 'replace';
}

function sizeOf(value: Json): number {
  return typeof value === 'string' || typeof value === 'number' ? (parseSize(value) ?? 0) : 0;
}

function unsets(before: Json, after: Json): boolean {
  if (!isJsonObject(before)) return before !== null && after === null;
  return Object.keys(before).some((key) => unsets(member(before, key), member(after, key)));
}

/** Whether an update call can set this part of a service. */
export function isUpdatable(part: string): boolean {
  return UPDATABLE.includes(part);
}
