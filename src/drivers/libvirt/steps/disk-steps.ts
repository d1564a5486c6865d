/**
 * Steps of a disk. A machine that runs holds its disks: it is stopped while one of them is made anew, and started again around
 * the new one.
 */
import type { Change } from '../../../model/change.ts';
import { parseFieldPath } from '../../../model/field-path.ts';
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
  if (change.action === 'create') return [made];
  if (change.action === 'replace') {
    const users = usersOf(previous, context);
    return [
      ...users.map((user) => stop(user.address, user.object.name, user.object.configured)),
      gone,
      made,
      ...users.map((user) => neighbour(spec('start', 'start', user.address, { name: user.object.name }))),
    ];
  }
  const moves = previous === name ? [] : [spec('move_disk', 'alter', present, { name, from: previous })];
  const grows = change.differences.some(({ field_path: path }) => parseFieldPath(path)?.[0] === 'size');
  return [
    // It is read under its old name, and no machine runs with it meanwhile.
    ...(moves.length === 0 ? [] : usersOf(previous, context)).map((user) =>
      stop(user.address, user.object.name, user.object.configured),
    ),
    ...moves,
    ...(grows ? [spec('grow_disk', 'alter', address, args)] : []),
    spec('update_disk', 'alter', address, args),
  ];
}

interface User {
  readonly address: StepSpec['address'];
  readonly object: ObservedObject;
}

/** The machine that has it, where it runs. Only names of machines have dots: those of disks have none. */
function usersOf(disk: string, { observed }: StepsContext): readonly User[] {
  const machine = disk.slice(0, disk.lastIndexOf('.'));
  return [...observed].flatMap(([address, object]) => {
    const isUser = object.type === 'vm' && object.name === machine;
    return isUser && object.configured['run_state'] === 'running' ? [{ address, object }] : [];
  });
}

/** Done when the neighbour is gone. */
function neighbour(step: StepSpec): StepSpec {
  return { ...step, args: { ...step.args, as_neighbour: true } };
}
