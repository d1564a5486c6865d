/**
 * Steps of a further disk. A machine that runs holds its disks: it is stopped while one is made anew, or where it may be
 * restarted for a change; else the change waits until somebody stops it.
 */
import type { Change } from '../../../model/change.ts';
import { parseFieldPath } from '../../../model/field-path.ts';
import type { JsonObject } from '../../../model/json.ts';
import type { ObservedObject } from '../../../model/observed.ts';
import type { StepsContext, StepSpec } from '../../driver.ts';
import { spec, start, stop } from './machine-steps.ts';

export function diskSteps(change: Change, context: StepsContext): readonly StepSpec[] {
  const { address, name, after } = change;
  const present = change.previous_address ?? address;
  const previous = context.observed.get(present)?.name ?? name;
  const gone = spec('remove_disk', 'remove', address, { name: previous });
  if (after === null) return [gone];
  const args = { name, config: after };
  const made = spec('create_disk', 'prepare', address, args);
  if (change.action === 'create') return [made];
  const users = usersOf(previous, context);
  if (change.action === 'replace') return around(users, [gone, made]);
  const update = spec('update_disk', 'alter', address, args);
  // It is known under its old name until then, and no machine runs with it meanwhile.
  if (previous !== name) {
    const stops = users.map((user) => stop(user.address, user.object.name, user.object.configured));
    return [...stops, spec('move_disk', 'alter', present, { name, from: previous }), ...growing(change, args), update];
  }
  if (growing(change, args).length === 0) return [update];
  const grow = [...growing(change, args), update];
  const mayRestart = users.every((user) => context.desired.get(user.address)?.config['apply_restart'] === 'on_change');
  return mayRestart ? around(users, grow) : grow;
}

function growing({ address, differences }: Change, args: JsonObject): readonly StepSpec[] {
  const grows = differences.some(({ field_path: path }) => parseFieldPath(path)?.[0] === 'size');
  return grows ? [spec('grow_disk', 'alter', address, args)] : [];
}

function around(users: readonly User[], steps: readonly StepSpec[]): readonly StepSpec[] {
  return [
    ...users.map(({ address, object }) => stop(address, object.name, object.configured)),
    ...steps,
    ...users.map(({ address, object }) => neighbour(start(address, object.name, object.configured))),
  ];
}

interface User {
  readonly address: StepSpec['address'];
  readonly object: ObservedObject;
}

/** Machines that run and have it. */
function usersOf(disk: string, { observed }: StepsContext): readonly User[] {
  return [...observed].flatMap(([address, object]) => {
    const isUser = object.type === 'vm' && disk.startsWith(`${object.name}.`);
    return isUser && object.configured['run_state'] === 'running' ? [{ address, object }] : [];
  });
}

/** Done when the neighbour is gone. */
function neighbour(step: StepSpec): StepSpec {
  return { ...step, args: { ...step.args, as_neighbour: true } };
}
