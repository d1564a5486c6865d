/**
 * A pool in which nothing is of what machines are defined with. Whoever removes a disk by hand leaves its mark, so where not even
 * the marks are there the folder is another one: a share that is not mounted, a mount point. That is no empty pool, and nothing
 * in it is made anew. Nothing of ours leaves such a pool behind, wherever it is cut off: the mark of a disk that is made anew stays
 * from its removal on, is written over and not made again, and no sweep takes it from a disk that a machine is defined with.
 */
import { markOf } from '../marks.ts';
import type { Engine } from '../engine.ts';
import { answersInPart } from '../virsh/failures.ts';
import { volumesIn } from '../domain/volumes-in.ts';
import type { Scope } from '../../scope.ts';
import type { HostSight } from './look.ts';

/**
 * Throws where a machine of ours has disks in this pool, and it holds neither one disk of what trueup has marked nor what was left
 * of one. What others have left defined with disks that are gone is no reason.
 */
export function assertStillHeld(
  engine: Engine,
  { domains, disks, gone, unread, others }: HostSight,
  { owners, environment }: Pick<Scope, 'owners' | 'environment'>,
): void {
  const left = [...gone, ...unread].map(({ name }) => name);
  const held = new Set([...disks.map(({ volume }) => volume.name), ...left, ...others]);
  const users = domains.flatMap(({ name, inactive }) => {
    const ownership = markOf(inactive)?.ownership;
    const volumes = volumesIn(inactive, engine.pool);
    if (ownership === undefined || volumes.length === 0) return [];
    return [{ name, volumes, isOurs: owners.includes(ownership.owner) && ownership.environment === environment }];
  });
  if (users.some(({ volumes }) => volumes.some((name) => held.has(name)))) return;
  const name = users.find(({ isOurs }) => isOurs)?.name;
  if (name === undefined) return;
  throw answersInPart(
    engine,
    `its storage pool "${engine.pool}" holds nothing of what ${name} is defined with: is what it is on mounted? ` +
      `If so \`virsh pool-refresh ${engine.pool}\` shows it; if all of it was removed, \`virsh undefine ${name}\` says that it is over`,
  );
}
