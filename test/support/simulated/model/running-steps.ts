/** Steps for what runs: services, VMs and clusters. The differences say what to do, `after` says to which values. */
import type { StepsContext, StepSpec } from '../../../../src/drivers/driver.ts';
import type { Change } from '../../../../src/model/change.ts';
import { parseFieldPath } from '../../../../src/model/field-path.ts';
import { isJsonObject, type Json, type JsonObject, memberAt } from '../../../../src/model/json.ts';
import { isUpdatable } from './fields.ts';
import * as specs from './specs.ts';

export function runningSteps(change: Change, context: StepsContext): readonly StepSpec[] {
  const { after } = change;
  const present = specs.presentTarget(change, context);
  const future = specs.futureTarget(change);
  if (after === null) return [specs.stop(present), specs.remove(present)];
  const starts = after['run_state'] === 'stopped' ? [] : [specs.start(future, after, context)];
  switch (change.action) {
    case 'create':
      return [specs.create(future, after, context), ...starts];
    case 'replace':
      return [specs.stop(present), specs.remove(present), specs.create(future, after, context), ...starts];
    case 'restart':
      return [specs.stop(present), ...alterations(change, after, context), ...starts];
    case 'move':
      return [
        specs.rename(present, change.name),
        ...alterations(change, after, context),
        ...runStateSteps(change, after, context),
      ];
    case 'update':
    case 'delete':
      return [...alterations(change, after, context), ...runStateSteps(change, after, context)];
    default:
      return change.action satisfies never;
  }
}

function alterations(change: Change, after: JsonObject, context: StepsContext): readonly StepSpec[] {
  const target = specs.futureTarget(change);
  const paths = change.differences.map((difference) => parseFieldPath(difference.field_path) ?? []);
  const parts = new Set(paths.map(([part = '']) => part));
  const fields = [...parts].filter((part) => change.type !== 'service' || isUpdatable(part));
  const values = Object.fromEntries(fields.map((part) => [part, after[part] ?? null]));
  return [
    ...(fields.length === 0 ? [] : [specs.update(target, values)]),
    ...changedNetworks(paths, change.before, after)
      // What is joined comes first, so that nothing is ever without any network.
      .toSorted((left, right) => Number(isDeclared(after, right)) - Number(isDeclared(after, left)))
      .map((key) => attachment(target, key, after, context)),
  ];
}

function attachment(target: specs.Target, key: string, after: JsonObject, context: StepsContext): StepSpec {
  const endpoint = specs.endpointOf(after, key, context);
  return endpoint === null ? specs.disconnect(target, key, 'alter') : specs.connect(target, endpoint);
}

function changedNetworks(
  paths: readonly (readonly string[])[],
  before: JsonObject | null,
  after: JsonObject,
): readonly string[] {
  const keys = paths
    .filter(([part, second]) => part === 'networking' && second === 'networks')
    .flatMap(([, , key]) => (key === undefined ? [...networksOf(before), ...networksOf(after)] : [key]));
  return [...new Set(keys)];
}

function networksOf(config: JsonObject | null): readonly string[] {
  const networks: Json = memberAt(config, 'networking', 'networks');
  return isJsonObject(networks) ? Object.keys(networks) : [];
}

function isDeclared(after: JsonObject, key: string): boolean {
  return memberAt(after, 'networking', 'networks', key) !== null;
}

function runStateSteps(change: Change, after: JsonObject, context: StepsContext): readonly StepSpec[] {
  const difference = change.differences.find(({ field_path: path }) => path === "$['run_state']");
  if (difference === undefined) return [];
  const target = specs.futureTarget(change);
  if (difference.after === 'stopped') return [specs.stop(target)];
  return [difference.before === 'paused' ? specs.resume(target) : specs.start(target, after, context)];
}
