/**
 * What a look has to have seen before anybody plans by it: all that is meant, in a pool that is the one it was, and of each machine
 * that runs whether its disks are still there.
 */
import { volumesIn } from '../domain/volumes-in.ts';
import type { ObjectReference, Scope } from '../../scope.ts';
import { answersInPart } from '../virsh/failures.ts';
import type { Virsh } from '../virsh/virsh.ts';
import { assertStillHeld } from './emptied-pool.ts';
import { isMeant } from './is-meant.ts';
import { type HostSight, lookAtAll, lookAtSome } from './look.ts';
import { markOfMachine } from './objects.ts';

export async function lookAtScope(virsh: Virsh, scope: Scope, signal: AbortSignal): Promise<HostSight> {
  if (scope.only !== undefined) return lookAtPart(virsh, scope.only, signal);
  const sight = await lookAtAll(virsh, scope.names.volume ?? [], signal);
  const unread = sight.unread.find(({ name, mark }) => isMeant('volume', name, mark, scope));
  if (unread !== undefined) throw answersInPart(virsh.engine, unread.problem);
  assertStillHeld(virsh.engine, sight, scope);
  return sight;
}

/** With the volumes that what runs of it writes to: that one of them is gone is never left out. */
async function lookAtPart(virsh: Virsh, only: readonly ObjectReference[], signal: AbortSignal): Promise<HostSight> {
  const sight = await lookAtSome(virsh, only, signal);
  const asked = new Set(only.filter(({ type }) => type === 'volume').map(({ name }) => name));
  const ours = sight.domains.filter((domain) => markOfMachine(domain) !== null);
  const held = ours.flatMap(({ live }) => volumesIn(live, virsh.engine.pool));
  const beside = [...new Set(held)].filter((name) => !asked.has(name));
  if (beside.length === 0) return sight;
  // What the pool lists may be gone from it.
  const { disks } = await lookAtSome(
    virsh,
    beside.map((name) => ({ type: 'volume', name })),
    signal,
  );
  return { ...sight, others: disks.map(({ volume }) => volume.name) };
}
