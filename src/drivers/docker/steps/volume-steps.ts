/**
 * Steps for volumes. A container holds its volumes for as long as it exists, so whoever uses one that is made anew is
 * made anew as well: removed before, created and started again after. A volume that moves is copied, since no engine can
 * rename one; the old one goes only once its copy is whole.
 */
import { keyOf } from '../../../model/address.ts';
import type { Change } from '../../../model/change.ts';
import { type JsonObject, member } from '../../../model/json.ts';
import type { StepsContext, StepSpec } from '../../driver.ts';
import { type Holding, holding } from './holding.ts';
import * as specs from './specs.ts';
import { anonymousOf, futureTarget, presentTarget, successorName } from './targets.ts';
import { inStartOrder, inStopOrder, renamed, type User, usersOf } from './users.ts';

export function volumeSteps(change: Change, context: StepsContext): readonly StepSpec[] {
  const { after } = change;
  const present = presentTarget(change, context);
  const made = futureTarget(change);
  if (after === null) return [specs.spec('remove_volume', 'remove', present, { discard_copies: true })];
  switch (change.action) {
    case 'create':
      return [specs.spec('create_volume', 'prepare', made, { config: after })];
    case 'replace':
      return around(change, context, [
        specs.spec('remove_volume', 'remove', present),
        specs.spec('create_volume', 'prepare', made, { config: after }),
      ]);
    case 'move':
      return present.name === change.name ? [] : around(change, context, move(change, after, context));
    case 'update':
    case 'restart':
    case 'delete':
      return [];
    default:
      return change.action satisfies never;
  }
}

/** The old volume is read under its own address: whoever holds it lets go first. */
function move(change: Change, after: JsonObject, context: StepsContext): readonly StepSpec[] {
  const old = presentTarget(change, context);
  const made = futureTarget(change);
  const copy = { ...made, address: old.address };
  return [
    specs.spec('copy_volume', 'alter', copy, { from: old.name, to_address: change.address, config: after }),
    specs.spec('remove_volume', 'remove', old),
    specs.spec('settle_volume', 'alter', made, { from: old.name }),
  ];
}

function around(change: Change, context: StepsContext, replacement: readonly StepSpec[]): readonly StepSpec[] {
  const present = presentTarget(change, context);
  const users = usersOf(context, specs.volumeKeys, keyOf(present.address)).filter(({ desired }) => desired !== null);
  const leaving = inStopOrder(users);
  const coming = inStartOrder(users).flatMap((user) => again(user, context));
  const holdings = leaving.map((user) => holdingOf(user, context));
  return [
    ...leaving.map((user) => specs.stop(user, present.name)),
    ...holdings.flatMap(({ hold }) => hold),
    ...leaving.map((user) => specs.remove(user, null)),
    ...replacement,
    ...coming.filter(({ phase }) => phase === 'prepare'),
    ...holdings.flatMap(({ release }) => release),
    ...coming.filter(({ phase }) => phase === 'start'),
  ];
}

function again(user: User, context: StepsContext): readonly StepSpec[] {
  const { desired: config } = user;
  if (config === null) return [];
  const target = { ...renamed(user, context), id: null };
  return [
    specs.create(target, config, context, { anonymous: anonymousOf(user.observed) }),
    ...(member(config, 'run_state') === 'stopped' ? [] : [specs.start(target, config, context, true)]),
  ];
}

/** What stands under the name of a successor already cannot have a second one beside it. */
function holdingOf(user: User, context: StepsContext): Holding {
  const made = { ...renamed(user, context), id: null };
  const isTaken = user.name === successorName(made.name);
  return holding(made, user.desired ?? {}, isTaken ? {} : anonymousOf(user.observed), context);
}
