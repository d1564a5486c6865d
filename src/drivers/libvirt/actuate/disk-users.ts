/** Who has a disk: machines whose definition, or what of it runs, leads to this very volume of this very pool, or to its file. */
import { TrueupError } from '../../../model/failure.ts';
import { markOf } from '../marks.ts';
import { assertStillHeld } from '../observe/emptied-pool.ts';
import { type DomainSight, type HostSight, lookAtAll } from '../observe/look.ts';
import { attributeOf, elementAt, elementsIn, type XmlElement } from '../xml/element.ts';
import type { Changing } from './changing.ts';

interface DiskPlace {
  readonly name: string;
  /** `null` where nobody knows it. */
  readonly path: string | null;
}

export interface DiskUser {
  readonly machine: DomainSight;
  /** What the disk is called in the machine: `vda`. */
  readonly target: string;
}

async function usersOf(changing: Changing, place: DiskPlace): Promise<readonly DiskUser[]> {
  return usersIn(await lookAtAll(changing.virsh, [], changing.context.signal), place, changing);
}

/** Those that run come first, as they run; the others as they are defined. */
function usersIn({ domains }: HostSight, place: DiskPlace, { virsh }: Changing): readonly DiskUser[] {
  const users = domains.flatMap((machine) => {
    const disk = diskIn(machine.live ?? machine.inactive, place, virsh.engine.pool);
    return disk === null ? [] : [{ machine, target: attributeOf(elementAt(disk, 'target'), 'dev') ?? place.name }];
  });
  return users.toSorted((left, right) => Number(right.machine.live !== null) - Number(left.machine.live !== null));
}

/** The machine of ours that has it; `null` for none. Throws where it runs in somebody else's. */
export async function ownUserOf(changing: Changing, place: DiskPlace): Promise<DiskUser | null> {
  const users = await usersOf(changing, place);
  const stranger = users.find((user) => user.machine.live !== null && !isOurs(user, changing));
  if (stranger !== undefined)
    throw inUse(place.name, stranger, 'trueup did not make that, and leaves it alone: stop it');
  return users.find((user) => isOurs(user, changing)) ?? null;
}

/** Throws where something runs with it, whoever made that. */
export async function assertUnused(changing: Changing, place: DiskPlace): Promise<void> {
  assertNoneRuns(place, await usersOf(changing, place));
}

/**
 * Throws where something runs with a disk that is not there: that has the last copy of what was on it. So it does where the whole
 * pool may be another one than before.
 */
export async function assertMayBeMade(changing: Changing, name: string): Promise<void> {
  const { virsh, context } = changing;
  const sight = await lookAtAll(virsh, [], context.signal);
  const { environment } = context.ownership;
  assertStillHeld(virsh.engine, sight, { owners: context.owners, environment });
  const place = { name, path: null };
  assertNoneRuns(place, usersIn(sight, place, changing));
}

function assertNoneRuns({ name }: DiskPlace, users: readonly DiskUser[]): void {
  const user = users.find(({ machine }) => machine.live !== null);
  if (user !== undefined) throw inUse(name, user, `restart or stop ${user.machine.name}`);
}

function isOurs({ machine }: DiskUser, { context }: Changing): boolean {
  const mark = markOf(machine.inactive) ?? (machine.live === null ? null : markOf(machine.live));
  return mark !== null && context.owners.includes(mark.ownership.owner);
}

function diskIn(domain: XmlElement, { name, path }: DiskPlace, pool: string): XmlElement | null {
  const found = elementsIn(elementAt(domain, 'devices'), 'disk').find((disk) => {
    const { pool: of, volume, file } = elementAt(disk, 'source')?.attributes ?? {};
    return (volume === name && of === pool) || (path !== null && file === path);
  });
  return found ?? null;
}

function inUse(name: string, { machine }: DiskUser, what: string): TrueupError {
  return new TrueupError('object_in_use', `disk ${name} is in use: ${machine.name} runs with it`, {
    fields: { name, user: machine.name },
    next: `${what}, and apply again`,
  });
}
