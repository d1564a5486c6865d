/**
 * Steps for what others use: networks, volumes and images. A network is made anew under its services, each detached
 * before and attached again with all its aliases; a volume needs its services stopped meanwhile.
 */
import type { StepsContext, StepSpec } from '../../../../src/drivers/driver.ts';
import { keyOf } from '../../../../src/model/address.ts';
import type { Change } from '../../../../src/model/change.ts';
import { parseFieldPath } from '../../../../src/model/field-path.ts';
import { type JsonObject, memberAt } from '../../../../src/model/json.ts';
import * as specs from './specs.ts';
import { inStartOrder, inStopOrder, type User, usersOf } from './users.ts';

export function holdingSteps(change: Change, context: StepsContext): readonly StepSpec[] {
  const { after } = change;
  if (change.type === 'image') return after === null ? [] : [specs.pull(specs.futureTarget(change), after)];
  const present = specs.presentTarget(change, context);
  if (after === null) return [specs.remove(present)];
  const future = specs.futureTarget(change);
  switch (change.action) {
    case 'create':
      return [specs.create(future, after, context)];
    case 'replace':
      return around(change, context, [specs.remove(present), specs.create(future, after, context)]);
    case 'move':
      return [specs.rename(present, change.name), ...updates(change, after)];
    case 'update':
    case 'restart':
    case 'delete':
      return updates(change, after);
    default:
      return change.action satisfies never;
  }
}

function updates(change: Change, after: JsonObject): readonly StepSpec[] {
  const parts = new Set(change.differences.map(({ field_path: path }) => parseFieldPath(path)?.[0] ?? ''));
  if (parts.size === 0) return [];
  const values = Object.fromEntries([...parts].map((part) => [part, after[part] ?? null]));
  return [specs.update(specs.futureTarget(change), values)];
}

function around(change: Change, context: StepsContext, replacement: readonly StepSpec[]): readonly StepSpec[] {
  const key = keyOf(change.previous_address ?? change.address);
  if (change.type === 'network') return aroundAttached(key, keyOf(change.address), context, replacement);
  return change.type === 'volume' ? aroundMounted(key, context, replacement) : replacement;
}

function aroundAttached(
  before: string,
  after: string,
  context: StepsContext,
  replacement: readonly StepSpec[],
): readonly StepSpec[] {
  const users = usersOf(context, (config) => memberAt(config, 'networking', 'networks', before) !== null);
  const attach = (user: User): readonly StepSpec[] => {
    const endpoint = user.desired === null ? null : specs.endpointOf(user.desired, after, context);
    return endpoint === null ? [] : [specs.connect(again(user, context), endpoint, true)];
  };
  return [
    ...inStopOrder(users).map((user) => specs.disconnect(user, before)),
    ...replacement,
    ...inStartOrder(users).flatMap(attach),
  ];
}

function aroundMounted(key: string, context: StepsContext, replacement: readonly StepSpec[]): readonly StepSpec[] {
  const users = usersOf(context, (config) => specs.mountedVolumes(config).includes(key));
  const startAgain = (user: User): readonly StepSpec[] =>
    user.desired === null || user.desired['run_state'] === 'stopped'
      ? []
      : [specs.start(again(user, context), user.desired, context, true)];
  return [
    ...inStopOrder(users).map((user) => specs.stop(user)),
    ...replacement,
    ...inStartOrder(users).flatMap(startAgain),
  ];
}

/** Under the name that it is to have: meanwhile it may have been renamed, or made anew. */
function again(user: User, context: StepsContext): specs.Target {
  return { ...user, name: context.desired.get(user.address)?.name ?? user.name };
}
