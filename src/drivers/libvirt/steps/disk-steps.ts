/**
 * Steps of a disk. A machine that runs holds its disks: it is stopped while one of them is made anew, and started again around
 * the new one. So does one that is suspended: what it remembers is about the disks that it had.
 */
import type { Address } from '../../../model/address.ts';
import type { Change } from '../../../model/change.ts';
import { parseFieldPath } from '../../../model/field-path.ts';
import { isJsonArray, type Json } from '../../../model/json.ts';
import type { ObservedObject } from '../../../model/observed.ts';
import type { StepsContext, StepSpec } from '../../driver.ts';
import { spec, stop } from './machine-steps.ts';

export function diskSteps(change: Change, context: StepsContext): readonly StepSpec[] {
  const { address, name, after } = change;
  const present = change.previous_address ?? address;
  const previous = context.observed.get(present)?.name ?? name;
  const gone = spec('remove_disk', 'remove', address, { name: previous });
  if (after === null) return [gone];
  const args = { name, config: after };
  const made = spec('create_disk', 'prepare', address, args);
  const users = usersOf(present, context);
  if (change.action === 'create') {
    // Of what a machine remembers a part is about the disk that is gone: with another one it would ruin that.
    const suspended = users.filter(({ state }) => state === 'suspended');
    return [
      ...suspended.map((user) => spec('forget', 'stop', user.address, { name: user.object.name })),
      made,
      ...suspended.filter((user) => lacksOne(user, context)).flatMap((user) => backTo(user, context)),
    ];
  }
  if (change.action === 'replace') {
    const remade = spec('remove_disk', 'remove', address, { name: previous, remade: true });
    return [
      ...users.map((user) => stop(user.address, user.object.name, user.object.configured)),
      remade,
      made,
      ...users.flatMap((user) => backTo(user, context)),
    ];
  }
  const moves = previous === name ? [] : [spec('move_disk', 'alter', present, { name, from: previous })];
  const grows = change.differences.some(({ field_path: path }) => parseFieldPath(path)?.[0] === 'size');
  return [
    // It is read under its old name, and no machine runs with it meanwhile.
    ...(moves.length === 0 ? [] : users).map((user) => stop(user.address, user.object.name, user.object.configured)),
    ...moves,
    ...(grows ? [spec('grow_disk', 'alter', address, args)] : []),
    spec('update_disk', 'alter', address, args),
  ];
}

interface User {
  readonly address: StepSpec['address'];
  readonly object: ObservedObject;
  readonly state: Json;
}

/** In none of these is there anything of a machine that could write to a disk, or remember what is on it. */
const HOLDING: readonly Json[] = ['running', 'paused', 'suspended'];

/** The machines that have it and run, or remember what they did. */
function usersOf(disk: Address, { observed }: StepsContext): readonly User[] {
  return [...observed].flatMap(([address, object]) => {
    const { uses = null, run_state: state = null } = object.configured;
    const used = isJsonArray(uses) ? uses : [];
    const isUser = object.type === 'vm' && used.includes(disk);
    return isUser && HOLDING.includes(state) ? [{ address, object, state }] : [];
  });
}

/** Whether it can be started once this disk is made: with more of them gone that is for the next run. */
function lacksOne({ address }: User, { desired, observed }: StepsContext): boolean {
  const uses = desired.get(address)?.uses ?? [];
  return uses.filter((used) => !observed.has(used)).length <= 1;
}

/** As it was, afresh. What is to be otherwise has a change of its own. */
function backTo({ address, object, state }: User, { desired }: StepsContext): readonly StepSpec[] {
  const { name } = object;
  if (state !== 'suspended') return [neighbour(spec('start', 'start', address, { name }))];
  const isKept = desired.get(address)?.config['run_state'] === 'suspended';
  return isKept ? [neighbour(spec('suspend', 'start', address, { name }))] : [];
}

/** Done when the neighbour is gone. */
function neighbour(step: StepSpec): StepSpec {
  return { ...step, args: { ...step.args, as_neighbour: true } };
}
