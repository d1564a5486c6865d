/** The differences of one resource: field by field, with cause, severity, effect and the line of the manifest. */
import type { DriverModel, FindObject } from '../drivers/driver.ts';
import type { Difference, Effect } from '../model/change.ts';
import type { DesiredResource } from '../model/desired.ts';
import { type FieldPath, fieldPath, parseFieldPath, valueAt } from '../model/field-path.ts';
import { compareText, type Json, jsonEqual, type JsonObject, scalarText } from '../model/json.ts';
import type { Facts, ObservedObject } from '../model/observed.ts';
import type { SeverityRule } from '../model/severity-rule.ts';
import type { SourceRange } from '../model/source.ts';
import { type FieldValues, isWithin, originOf } from './cause.ts';
import { differingFields, type FieldPair, sameValue } from './fields.ts';
import { lagOf } from './lag.ts';
import { overlay } from './overlay.ts';
import type { IgnoreRules } from './ignore.ts';
import { weightOf } from './severity.ts';
import { untrackedAt } from './untracked-at.ts';

export interface DifferencesInput {
  /** The name of the environment. */
  readonly environment: string;
  readonly desired: DesiredResource;
  readonly observed: ObservedObject;
  /** What was applied last; `null` where nothing is recorded. */
  readonly recorded: JsonObject | null;
  /** How the fields that rest on inputs were declared then; absent where none did, or nobody noted it. */
  readonly recordedInputs?: Readonly<Record<string, string>>;
  /** A run began to change the resource and did not end: what differs is its doing. */
  readonly isUnfinished: boolean;
  readonly model: DriverModel;
  readonly facts: Facts | null;
  readonly find: FindObject;
  readonly fields: 'all' | 'run_state';
  readonly rules: IgnoreRules;
  /** What people say of severities; absent for nothing. */
  readonly severities?: readonly SeverityRule[];
  locate(path: FieldPath): SourceRange | null;
}

export interface Differences {
  readonly differences: readonly Difference[];
  /** Fields that differ and are to be ignored. */
  readonly ignored: readonly FieldPath[];
}

export function resourceDifferences(input: DifferencesInput): Differences {
  const { desired, observed, model, facts, rules } = input;
  const project = (config: JsonObject): JsonObject =>
    inView(model.comparable(desired.type, config, facts), input.fields);
  const defaults = observed.defaults === undefined ? null : project(observed.defaults);
  const meant = (config: JsonObject): JsonObject => overlay(project(config), defaults);
  const equal = equalOf(input);
  const [wanted, actual] = [meant(desired.config), project(observed.configured)];
  const pairs = differingFields(wanted, actual).filter(
    (pair) => !runStateSatisfied(pair) && !equal(pair.path, pair.desired, pair.observed),
  );
  // Only what differs has a cause.
  const recorded = pairs.length === 0 || input.recorded === null ? null : meant(input.recorded);
  // Who starts or stops something means it.
  const isWhole = input.fields === 'all';
  const behind = isWhole ? lagOf(observed).filter(({ path }) => pairs.every((pair) => pair.path !== path)) : [];
  const ignored = isWhole ? rules.ignored(desired.address, [...pairs, ...behind], [wanted, actual]) : [];
  const skipped = new Set(ignored);
  const counted = pairs.filter((pair) => !skipped.has(pair.path));
  const differences = counted.map((pair): Difference => {
    const { path, names, desired: after, observed: before } = pair;
    return {
      field_path: path,
      before,
      after,
      ...weightOf({ environment: input.environment, address: desired.address, names }, input.severities),
      effect: effectNow(model.effect(desired.type, path, before, after, facts, desired.config), observed),
      source: input.locate(path),
      ...(isDefault(pair, defaults, observed) ? { is_default: true } : {}),
      ...originOfField(pair, recorded, input),
    };
  });
  const lag = behind.filter(({ path }) => !skipped.has(path));
  const ofWorld = lagOfWorld(lag, lag.length === 0 || input.recorded === null ? null : meant(input.recorded), input);
  const found = ofWorld.length === 0 ? differences : [...differences, ...ofWorld].toSorted(byPath);
  return { differences: found, ignored };
}

/**
 * What was last applied with the leave to restart for it was restarted for it: what runs otherwise since is nobody's change
 * of a manifest, and drift like any other.
 */
function lagOfWorld(
  behind: readonly FieldPair[],
  recorded: JsonObject | null,
  input: DifferencesInput,
): readonly Difference[] {
  const { desired, isUnfinished } = input;
  const hadLeave = [input.recorded, desired.config].every((config) => config?.['apply_restart'] === 'on_change');
  if (recorded === null || isUnfinished || !hadLeave) return [];
  const equal = equalOf(input);
  const isAsApplied = ({ path, desired: configured }: FieldPair): boolean => {
    const before = valueAt(recorded, path);
    return sameValue(before, configured) || equal(path, before, configured);
  };
  return behind.filter(isAsApplied).map(({ path, names, desired: after, observed: before }) => ({
    field_path: path,
    before,
    after,
    ...weightOf({ environment: input.environment, address: desired.address, names }, input.severities),
    effect: 'restart',
    source: input.locate(path),
    cause: 'world',
  }));
}

/** Where nothing runs, nothing waits. */
function effectNow(effect: Effect, { status }: ObservedObject): Effect {
  return effect === 'pending_restart' && !GO_ON.has(status.run_state) ? 'in_place' : effect;
}

/** What goes on, or comes back, with what it was started with. */
const GO_ON: ReadonlySet<ObservedObject['status']['run_state']> = new Set(['running', 'paused', 'suspended']);

/** Whether what is there is what the field means where nobody says it, as far as anybody knows. */
function isDefault(
  { path, observed }: FieldPair,
  defaults: JsonObject | null,
  { assumed = [] }: ObservedObject,
): boolean {
  if (observed === null || !jsonEqual(observed, valueAt(defaults, path))) return false;
  return !assumed.some((own) => isWithin(own, path) || isWithin(path, own));
}

/** Only of what stands at the top: below, what is not set is not there either. */
function saysUnset(recorded: JsonObject, path: FieldPath): boolean {
  const [name = '', ...below] = parseFieldPath(path) ?? [];
  return below.length === 0 && recorded[name] === null;
}

function originOfField(
  pair: FieldPair,
  recorded: JsonObject | null,
  input: DifferencesInput,
): ReturnType<typeof originOf> {
  const { desired, recordedInputs = {}, isUnfinished } = input;
  const equal = equalOf(input);
  const values = recorded === null ? null : { ...valuesOf(pair, recorded), wasUnset: saysUnset(recorded, pair.path) };
  const untracked = untrackedAt(pair.path, desired.untracked, recordedInputs);
  return originOf(values, { isUnfinished, untracked }, (left, right) => equal(pair.path, left, right));
}

function valuesOf({ path, desired, observed }: FieldPair, recorded: JsonObject): FieldValues {
  const before = valueAt(recorded, path);
  // Of what was applied as stopped nobody knows whether it ever ran: that it did not is no move.
  const isAsApplied = runStateSatisfied({ path, desired: before, observed });
  return { desired, observed: isAsApplied ? before : observed, recorded: before };
}

function byPath(left: Difference, right: Difference): number {
  return compareText(left.field_path, right.field_path);
}

type Equal = (path: FieldPath, desired: Json, observed: Json) => boolean;

function equalOf({ desired, model, find }: DifferencesInput): Equal {
  return (path, left, right) => model.equal(desired.type, path, left, right, find, desired.config);
}

function inView(config: JsonObject, fields: DifferencesInput['fields']): JsonObject {
  return fields === 'all' ? config : { run_state: config['run_state'] ?? null };
}

const RUN_STATE_PATH: FieldPath = fieldPath('run_state');

/** Which observed words satisfy a wanted run state, beside the word itself. */
const SATISFIES: Readonly<Record<string, readonly Json[]>> = {
  completed: ['running'],
  stopped: ['completed', 'failed', 'created'],
};

function runStateSatisfied(pair: Pick<FieldPair, 'path' | 'desired' | 'observed'>): boolean {
  return pair.path === RUN_STATE_PATH && (SATISFIES[scalarText(pair.desired)] ?? []).includes(pair.observed);
}
