/** A machine under a name, as it is now; never somebody else's. */
import { TrueupError } from '../../../model/failure.ts';
import type { Ownership } from '../../../model/observed.ts';
import { machineNamed, type MachineSight, settled } from '../observe/look.ts';
import type { Changing } from './changing.ts';

/** `null` where there is none. Throws for one that is not ours. What is broken for a moment only is waited for. */
export async function machineAt(
  { limactl, context }: Changing,
  name: string,
  settlingMs?: number,
): Promise<MachineSight | null> {
  const [found = null] = await settled(
    async () => {
      const sight = await machineNamed(limactl, name, context.signal);
      return sight === null ? [] : [sight];
    },
    context.signal,
    settlingMs,
  );
  if (found !== null)
    refuseForeign(name, found.mark?.ownership ?? found.unfinished?.mark.ownership ?? null, context.owners);
  return found;
}

export async function knownMachine(changing: Changing, name: string): Promise<MachineSight> {
  const found = await machineAt(changing, name);
  if (found !== null) return found;
  throw new TrueupError('object_missing', `machine ${name} is not there`, { fields: { name } });
}

/** Names change hands: what carries another owner's marks, or none, is never touched. */
export function refuseForeign(name: string, ownership: Ownership | null, owners: readonly string[]): void {
  if (ownership !== null && owners.includes(ownership.owner)) return;
  const whose = ownership === null ? 'trueup did not make it' : `it is ${ownership.address} of another checkout`;
  throw new TrueupError('name_in_use', `"${name}" is taken: ${whose}`, {
    fields: { name },
    next: 'rename or remove one of the two; nothing of it was changed',
  });
}
