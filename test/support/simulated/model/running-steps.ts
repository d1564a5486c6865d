/**
 * Steps for what runs: services, VMs and clusters. The differences say what to do, `after` says to which values. Within a
 * change, whatever takes something down comes first: it waits for nobody, while building may have to wait for what is
 * used, which in turn waits for its users to let go.
 */
import type { StepsContext, StepSpec } from '../../../../src/drivers/driver.ts';
import { afterGivingUp, givenUpName } from '../../../../src/model/given-up-name.ts';
import { typeOf } from '../../../../src/model/address.ts';
import type { Change } from '../../../../src/model/change.ts';
import { parseFieldPath } from '../../../../src/model/field-path.ts';
import { isJsonObject, type JsonObject, memberAt } from '../../../../src/model/json.ts';
import { canOverlap, ending, settling, takenDown } from './aside-steps.ts';
import { isUpdatable } from './fields.ts';
import * as specs from './specs.ts';

export function runningSteps(change: Change, context: StepsContext): readonly StepSpec[] {
  const { after } = change;
  const present = specs.presentTarget(change, context);
  if (givenUpName(change, context) !== null) {
    const successor = specs.successorName(change.name);
    const freed: StepSpec = { ...specs.rename(present, successor), phase: 'prepare' };
    return [freed, ...runningSteps(change, afterGivingUp(change, context, successor))];
  }
  if (after === null) return [specs.stop(present), specs.remove(present)];
  const successor = { ...specs.futureTarget(change), name: specs.successorName(change.name) };
  if (canOverlap(change, context) && isMadeAhead(present, after, context)) {
    const up = [specs.create(successor, after, context), specs.start(successor, after, context)];
    return [...up, ...settling(present, successor, change), ...ending(change, after, context)];
  }
  return [...buildingSteps(change, present, after, context), ...ending(change, after, context)];
}

function buildingSteps(
  change: Change,
  present: specs.Target,
  after: JsonObject,
  context: StepsContext,
): readonly StepSpec[] {
  const future = { ...present, name: change.name };
  const made = { ...future, id: null };
  const starts = (target: specs.Target): readonly StepSpec[] =>
    after['run_state'] === 'stopped' ? [] : [specs.start(target, after, context)];
  switch (change.action) {
    case 'create':
      return [specs.create(made, after, context), ...starts(made)];
    case 'replace':
      return [...replaced(change, present, after, context), ...starts(made)];
    case 'restart':
      return [
        specs.stop(present),
        ...detachments(change, present, after),
        ...(present.name === change.name ? [] : [specs.rename(present, change.name)]),
        ...updates(change, future, after),
        ...attachments(change, future, after, context),
        ...starts(future),
      ];
    case 'move':
      return altered(change, after, context, [specs.rename(present, change.name)]);
    case 'update':
    case 'delete':
      return altered(change, after, context, []);
    default:
      return change.action satisfies never;
  }
}

/** The successor is made ahead under a name of its own, unless what it uses is made anew itself. */
function replaced(
  change: Change,
  present: specs.Target,
  after: JsonObject,
  context: StepsContext,
): readonly StepSpec[] {
  const made = specs.futureTarget(change);
  const down = takenDown(present, change, context);
  if (!isMadeAhead(present, after, context)) return [...down, specs.create(made, after, context)];
  const successor = { ...made, name: specs.successorName(made.name) };
  return [specs.create(successor, after, context), ...down, specs.rename(successor, made.name)];
}

/** What a run that died has left under the name of a successor has to go first, too. */
function isMadeAhead({ address, name }: specs.Target, after: JsonObject, { desired, remade }: StepsContext): boolean {
  const isFree = name !== specs.successorName(desired.get(address)?.name ?? name);
  return isFree && typeOf(address) === 'service' && !specs.usedBy(after).some((used) => remade.has(used));
}

function altered(
  change: Change,
  after: JsonObject,
  context: StepsContext,
  renaming: readonly StepSpec[],
): readonly StepSpec[] {
  const present = specs.presentTarget(change, context);
  const future = { ...present, name: change.name };
  const runState = change.differences.find(({ field_path: path }) => path === "$['run_state']");
  const isStopped = runState?.after === 'stopped';
  const isPaused = runState?.before === 'paused';
  const start = isPaused ? specs.resume(future, after, context) : specs.start(future, after, context);
  return [
    ...detachments(change, present, after),
    ...(isStopped ? [specs.stop(present)] : []),
    ...renaming,
    ...updates(change, future, after),
    ...attachments(change, future, after, context),
    ...(runState === undefined || isStopped ? [] : [start]),
  ];
}

function updates(change: Change, target: specs.Target, after: JsonObject): readonly StepSpec[] {
  const parts = new Set(pathsOf(change).map(([part = '']) => part));
  const fields = [...parts].filter((part) => change.type !== 'service' || isUpdatable(part));
  if (fields.length === 0) return [];
  return [specs.update(target, Object.fromEntries(fields.map((part) => [part, after[part] ?? null])))];
}

function detachments(change: Change, target: specs.Target, after: JsonObject): readonly StepSpec[] {
  return changedNetworks(change, after)
    .filter((key) => memberAt(after, 'networking', 'networks', key) === null)
    .map((key) => specs.disconnect(target, key));
}

function attachments(
  change: Change,
  target: specs.Target,
  after: JsonObject,
  context: StepsContext,
): readonly StepSpec[] {
  return changedNetworks(change, after).flatMap((key) => {
    const endpoint = specs.endpointOf(after, key, context);
    return endpoint === null ? [] : [specs.connect(target, endpoint)];
  });
}

function changedNetworks(change: Change, after: JsonObject): readonly string[] {
  const keys = pathsOf(change)
    .filter(([part, second]) => part === 'networking' && second === 'networks')
    .flatMap(([, , key]) => (key === undefined ? [...networksOf(change.before), ...networksOf(after)] : [key]));
  return [...new Set(keys)];
}

function networksOf(config: JsonObject | null): readonly string[] {
  const networks = memberAt(config, 'networking', 'networks');
  return isJsonObject(networks) ? Object.keys(networks) : [];
}

function pathsOf(change: Change): readonly (readonly string[])[] {
  return change.differences.map((difference) => parseFieldPath(difference.field_path) ?? []);
}
