/**
 * Explain: the fields of one resource side by side, as they are desired, recorded and live. Every field that has a value
 * anywhere is there, in the order of the paths, what stands in no configuration first; what of them is shown is for others to say. Pure.
 */
import type { DriverModel } from '../drivers/driver.ts';
import type { ResourceType } from '../model/address.ts';
import type { Difference } from '../model/change.ts';
import type { DesiredResource } from '../model/desired.ts';
import type { FieldOrigin } from '../model/explanation.ts';
import { childPath, type FieldPath, parseFieldPath, ROOT_PATH, RUN_STATE_PATH, valueAt } from '../model/field-path.ts';
import { compareText, isJsonObject, type Json, type JsonObject, member } from '../model/json.ts';
import type { Facts, ObservedObject } from '../model/observed.ts';
import { isSecret } from '../model/secret.ts';
import { type FieldPair, sameValue } from './fields.ts';
import type { IgnoreRules } from './ignore.ts';
import { overlay } from './overlay.ts';

export interface ExplainInput {
  readonly type: ResourceType;
  /** `null` for what no manifest declares. */
  readonly desired: DesiredResource | null;
  /** `null` where it is not there, or nobody could look. */
  readonly observed: ObservedObject | null;
  /** As it was applied; `null` where nothing is recorded. */
  readonly recorded: JsonObject | null;
  readonly model: Pick<DriverModel, 'comparable'>;
  readonly facts: Facts | null;
  readonly differences: readonly Difference[];
  /** What people declared to be no difference. */
  readonly rules: IgnoreRules;
  /** A person stopped it on purpose. */
  readonly isStopped: boolean;
  /** Whether a manifest declares the field itself. */
  isDeclared(path: FieldPath): boolean;
}

export interface FieldValues {
  readonly field_path: FieldPath;
  readonly desired: Json;
  readonly recorded: Json;
  readonly live: Json;
  readonly origin: FieldOrigin;
  /** Whether the engine can say what is. */
  readonly compared: boolean;
  readonly difference: Difference | null;
  readonly ignored: boolean;
}

export function explainFields(input: ExplainInput): readonly FieldValues[] {
  const { type, desired, observed, recorded, model, facts } = input;
  const project = (config: JsonObject): JsonObject => model.comparable(type, config, facts);
  const defaults = observed?.defaults === undefined ? null : project(observed.defaults);
  const meant = (config: JsonObject): JsonObject => overlay(project(config), defaults);
  const views = {
    desired: desired === null ? {} : meant(desired.config),
    recorded: recorded === null ? {} : meant(recorded),
    live: observed === null ? {} : project(observed.configured),
  };
  const whole: Sides = {
    // What the engine cannot hold is no less declared.
    desired: overlay(views.desired, desired?.config ?? null),
    recorded: overlay(views.recorded, recorded),
    live: views.live,
  };
  const differing = new Map(input.differences.map((difference) => [difference.field_path, difference]));
  const leaves = leavesOf(whole, ROOT_PATH, differing);
  const ignored = ignoredOf(leaves, views, input);
  const met = new Set(leaves.map(({ path }) => path));
  // A name is a field of the object, and stands in no configuration.
  const beside = [...differing.keys()].filter((path) => !met.has(path)).map((path) => ({ path, sides: NOWHERE }));
  return [...beside, ...leaves].map(({ path, sides }): FieldValues => {
    const difference = differing.get(path) ?? null;
    const said = difference === null ? sides : { ...sides, desired: difference.after, live: difference.before };
    return {
      field_path: path,
      ...said,
      origin: originOf(path, said.desired, { ...input, defaults }),
      compared:
        difference !== null || [views.desired, views.recorded, views.live].some((view) => valueAt(view, path) !== null),
      difference,
      ignored: difference === null && ignored.has(path),
    };
  });
}

/** As the comparison finds it: of two sides, and of what differs between them. */
function ignoredOf(
  leaves: readonly Leaf[],
  views: Pick<Record<keyof Sides, JsonObject>, 'desired' | 'live'>,
  { desired, observed, rules }: ExplainInput,
): ReadonlySet<FieldPath> {
  if (desired === null || observed === null) return new Set();
  const pairs = leaves
    .filter(({ sides }) => !sameValue(sides.desired, sides.live))
    .map(({ path, sides }): FieldPair => {
      return { path, names: parseFieldPath(path) ?? [], desired: sides.desired, observed: sides.live };
    });
  return new Set(rules.ignored(desired.address, pairs, [views.desired, views.live]));
}

type OriginInput = ExplainInput & { readonly defaults: JsonObject | null };

function originOf(path: FieldPath, value: Json, input: OriginInput): FieldOrigin {
  const { desired, defaults, isDeclared, isStopped } = input;
  if (isUnset(value)) return 'none';
  if (isStopped && path === RUN_STATE_PATH) return 'intent';
  if (isDeclared(path)) return 'manifest';
  const isImages = valueAt(desired?.config ?? null, path) === null && valueAt(defaults, path) !== null;
  return isImages ? 'image' : 'default';
}

interface Sides {
  readonly desired: Json;
  readonly recorded: Json;
  readonly live: Json;
}

const NOWHERE: Sides = { desired: null, recorded: null, live: null };

interface Leaf {
  readonly path: FieldPath;
  readonly sides: Sides;
}

/** Down to values that are no groups on any side, or where the comparison ended. */
function leavesOf(sides: Sides, path: FieldPath, ends: ReadonlyMap<FieldPath, unknown>): readonly Leaf[] {
  const values = [sides.desired, sides.recorded, sides.live];
  const isEnd = ends.has(path) || values.some((value) => value !== null && !isGroup(value));
  const names = isEnd ? [] : [...new Set(values.flatMap((value) => (isGroup(value) ? Object.keys(value) : [])))];
  if (names.length === 0) return path === ROOT_PATH ? [] : [{ path, sides }];
  return names.sort(compareText).flatMap((name) => {
    const { desired, recorded, live } = sides;
    const below = { desired: member(desired, name), recorded: member(recorded, name), live: member(live, name) };
    return leavesOf(below, childPath(path, name), ends);
  });
}

/** Whether nothing is said of it anywhere. */
export function isNowhere({ desired, recorded, live, difference }: FieldValues): boolean {
  return difference === null && [desired, recorded, live].every(isUnset);
}

function isUnset(value: Json): boolean {
  return value === null || (Array.isArray(value) ? value.length === 0 : isGroup(value) && isEmpty(value));
}

function isEmpty(group: JsonObject): boolean {
  return Object.values(group).every(isUnset);
}

function isGroup(value: Json): value is JsonObject {
  return isJsonObject(value) && !isSecret(value);
}
