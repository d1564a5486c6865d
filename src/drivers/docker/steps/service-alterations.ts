/**
 * What is done to a container that stays the same: limits, attachments, what it is told of changed files, and whether it
 * runs. The differences say what to do, `after` says to which values. Whatever takes something down comes first.
 */
import type { Change, Difference } from '../../../model/change.ts';
import { parseFieldPath } from '../../../model/field-path.ts';
import { isJsonObject, type Json, type JsonObject, member, memberAt } from '../../../model/json.ts';
import type { StepsContext, StepSpec } from '../../driver.ts';
import * as specs from './specs.ts';
import { presentTarget, type Target } from './targets.ts';

export function alteringSteps(change: Change, after: JsonObject, context: StepsContext): readonly StepSpec[] {
  const present = presentTarget(change, context);
  const future = { ...present, address: change.address, name: change.name };
  const runState = change.differences.find(({ field_path: path }) => path === "$['run_state']");
  const isStopped = runState?.after === 'stopped';
  const isStarted = runState !== undefined && !isStopped;
  const isLiving = runState === undefined || runState.before === 'paused';
  const bringUp = runState?.before === 'paused' ? specs.resume : specs.start;
  return [
    ...detachments(change, present, after, context),
    ...(isStopped ? [specs.stop(present)] : []),
    ...renaming(present, change.name),
    ...updates(change, future, after),
    ...attachments(change, future, after, context),
    ...(isLiving ? signals(change, future, after) : []),
    ...notes(change, future, after),
    ...(isStarted ? [bringUp(future, after, context)] : []),
  ];
}

export function restartingSteps(change: Change, after: JsonObject, context: StepsContext): readonly StepSpec[] {
  const present = presentTarget(change, context);
  const future = { ...present, address: change.address, name: change.name };
  return [
    specs.stop(present),
    ...detachments(change, present, after, context),
    ...renaming(present, change.name),
    ...updates(change, future, after),
    ...attachments(change, future, after, context),
    ...notes(change, future, after),
    ...(after['run_state'] === 'stopped' ? [] : [specs.start(future, after, context)]),
  ];
}

function renaming(present: Target, to: string): readonly StepSpec[] {
  return present.name === to ? [] : [specs.rename(present, to)];
}

function updates(change: Change, target: Target, after: JsonObject): readonly StepSpec[] {
  const paths = change.differences.filter(isUpdatable).map(({ field_path: path }) => path);
  return paths.length === 0 ? [] : [specs.update(target, paths, after)];
}

function isUpdatable(difference: Difference): boolean {
  const [first, second] = namesOf(difference);
  return first === 'resource_limits' || (first === 'container' && second === 'restart');
}

function detachments(change: Change, target: Target, after: JsonObject, context: StepsContext): readonly StepSpec[] {
  return changedNetworks(change, after)
    .filter((key) => memberAt(after, 'networking', 'networks', key) === null)
    .map((key) => specs.disconnect(target, specs.physicalName('network', key, context)));
}

function attachments(change: Change, target: Target, after: JsonObject, context: StepsContext): readonly StepSpec[] {
  return changedNetworks(change, after).flatMap((key) => {
    const endpoint = specs.endpointOf(after, key, context);
    return endpoint === null ? [] : [specs.connect(target, endpoint)];
  });
}

function changedNetworks(change: Change, after: JsonObject): readonly string[] {
  const keys = change.differences
    .map(namesOf)
    .filter(([first, second]) => first === 'networking' && second === 'networks')
    .flatMap(([, , key]) =>
      key === undefined ? [...specs.networkKeys(change.before), ...specs.networkKeys(after)] : [key],
    );
  return [...new Set(keys)];
}

/** One signal for however many files that ask for it. */
function signals(change: Change, target: Target, after: JsonObject): readonly StepSpec[] {
  const names = changedFiles(change, after).flatMap(([, mount]) => {
    const watch = member(mount, 'watch_content');
    return typeof watch === 'string' && watch.startsWith('signal:') ? [watch.slice('signal:'.length)] : [];
  });
  return [...new Set(names)].map((name) => specs.signal(target, name));
}

/** After the signal: were the new content noted before it, a crash in between would lose the signal for good. */
function notes(change: Change, target: Target, after: JsonObject): readonly StepSpec[] {
  const content = Object.fromEntries(
    changedFiles(change, after).map(([path, mount]) => [path, member(mount, 'content')]),
  );
  return Object.keys(content).length === 0 ? [] : [specs.note(target, content)];
}

function changedFiles(change: Change, after: JsonObject): readonly (readonly [string, Json])[] {
  const mounts = memberAt(after, 'storage', 'volumes');
  return change.differences.map(namesOf).flatMap(([first, second, key = '', field]) => {
    if (first !== 'storage' || second !== 'volumes' || field !== 'content' || !isJsonObject(mounts)) return [];
    const mount = member(mounts, key);
    const path = member(mount, 'container_path');
    return [[typeof path === 'string' ? path : key, mount] as const];
  });
}

function namesOf({ field_path: path }: Difference): readonly string[] {
  return parseFieldPath(path) ?? [];
}
