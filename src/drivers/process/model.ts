/** The pure face of the process driver: what it carries, what a change takes, and which steps carry it out. */
import type { ResourceType } from '../../model/address.ts';
import type { Effect } from '../../model/change.ts';
import { parseDuration } from '../../model/duration.ts';
import { type FieldPath, parseFieldPath } from '../../model/field-path.ts';
import { isJsonObject, type Json, type JsonObject, jsonEqual, memberAt } from '../../model/json.ts';
import type { Facts } from '../../model/observed.ts';
import type { DriverModel } from '../driver.ts';
import { fieldRules, ruleFor } from './fields.ts';
import { refusals } from './refusals.ts';
import { restartsOnContent } from './service-settings.ts';
import { stepsFor } from './steps.ts';

export const processModel: DriverModel = {
  resourceTypes: ['service', 'volume'],
  addressedForGood: [],
  settings: ['root'],
  // Every machine refuses the same.
  unsupported: (resource, facts) => (facts === null ? refusals(resource) : []),
  comparable,
  equal,
  effect,
  steps: stepsFor,
  life: ({ verb, args }) => {
    if (verb === 'start' || (verb === 'restore' && args['starts'] === true)) return 'start';
    return verb === 'stop' ? 'stop' : null;
  },
};

/** The fields of the table, and nothing else: what is not carried is refused, so there is nothing to compare. */
function comparable(type: ResourceType, config: JsonObject): JsonObject {
  const picked: Record<string, Json> = {};
  for (const { path } of fieldRules(type)) {
    const [first, second] = path;
    if (first === undefined || path.includes('*')) continue;
    const value = memberAt(config, ...path);
    if (value === null) continue;
    const group = picked[first];
    picked[first] = second === undefined ? value : { ...(isJsonObject(group) ? group : {}), [second]: value };
  }
  return picked;
}

/** The registry gives back what was written; only durations have more than one text. */
function equal(_type: ResourceType, path: FieldPath, desired: Json, observed: Json): boolean {
  if (jsonEqual(desired, observed)) return true;
  if (parseFieldPath(path)?.at(-1) !== 'stop_grace_period') return false;
  const [left, right] = [desired, observed].map((value) => (typeof value === 'string' ? parseDuration(value) : null));
  return left !== null && left === right;
}

function effect(
  type: ResourceType,
  path: FieldPath,
  before: Json,
  after: Json,
  _facts: Facts | null,
  desired: JsonObject = {},
): Effect {
  const names = parseFieldPath(path) ?? [];
  const rule = ruleFor(type, names);
  if (rule === null) return 'unsupported';
  if (rule.effect === 'content')
    return restartsOnContent(memberAt(desired, ...names.slice(0, -1))) ? 'restart' : 'in_place';
  if (rule.effect !== 'run_state') return rule.effect;
  // What half runs is brought down before it is started again; everything else is started, resumed or stopped.
  return after !== 'stopped' && (before === 'dead' || before === 'stopping') ? 'restart' : 'in_place';
}
