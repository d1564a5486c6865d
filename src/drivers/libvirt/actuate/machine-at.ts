/** A machine under a name, as it is now; never somebody else's. */
import { TrueupError } from '../../../model/failure.ts';
import { type OwnerMark } from '../../owner-mark.ts';
import { markOf } from '../marks.ts';
import { type DomainSight, lookAtSome } from '../observe/look.ts';
import type { Changing } from './changing.ts';

/** `null` where there is none. Throws for one that is not ours. */
export async function machineAt({ virsh, context }: Changing, name: string): Promise<DomainSight | null> {
  const { domains } = await lookAtSome(virsh, [{ type: 'vm', name }], context.signal);
  const found = domains[0] ?? null;
  if (found !== null) refuseForeign(name, markOf(found.inactive), context.owners);
  return found;
}

export async function knownMachine(changing: Changing, name: string): Promise<DomainSight> {
  const found = await machineAt(changing, name);
  if (found !== null) return found;
  throw new TrueupError('object_missing', `machine ${name} is not there`, { fields: { name } });
}

/** Names change hands: what carries another owner's marks, or none, is never touched. */
export function refuseForeign(name: string, mark: OwnerMark | null, owners: readonly string[]): void {
  if (mark !== null && owners.includes(mark.ownership.owner)) return;
  const whose = mark === null ? 'trueup did not make it' : `it is ${mark.ownership.address} of another checkout`;
  throw new TrueupError('name_in_use', `"${name}" is taken: ${whose}`, {
    fields: { name },
    next: 'rename or remove one of the two; nothing of it was changed',
  });
}
