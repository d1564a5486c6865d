/**
 * A pool in which nothing is of what machines are defined with. Whoever removes a disk by hand leaves its mark, so where not even
 * the marks are there the folder is another one: a share that is not mounted, a mount point. That is no empty pool, and nothing
 * in it is made anew.
 */
import { markOf } from '../marks.ts';
import type { Engine } from '../engine.ts';
import { answersInPart } from '../virsh/failures.ts';
import { attributeOf, elementAt, elementsIn } from '../xml/element.ts';
import type { DomainSight, HostSight } from './look.ts';

/**
 * Throws where machines that trueup has marked have disks in this pool, and it holds neither one of them nor what was left of one.
 */
export function assertStillHeld(engine: Engine, { domains, disks, gone, others }: HostSight): void {
  const held = new Set([...disks.map(({ volume }) => volume.name), ...gone.map(({ name }) => name), ...others]);
  const users = domains
    .filter(({ inactive }) => markOf(inactive) !== null)
    .map((domain) => ({ domain, volumes: volumesOf(domain, engine.pool) }))
    .filter(({ volumes }) => volumes.length > 0);
  if (users.some(({ volumes }) => volumes.some((name) => held.has(name)))) return;
  const [first] = users;
  if (first === undefined) return;
  const { name } = first.domain;
  throw answersInPart(
    engine,
    `its storage pool "${engine.pool}" holds nothing of what ${name} is defined with: is what it is on mounted? ` +
      `If so \`virsh pool-refresh ${engine.pool}\` shows it; if all of it was removed, \`virsh undefine ${name}\` says that it is over`,
  );
}

function volumesOf({ inactive }: DomainSight, pool: string): readonly string[] {
  return elementsIn(elementAt(inactive, 'devices'), 'disk').flatMap((disk) => {
    const source = elementAt(disk, 'source');
    const isData = attributeOf(source, 'pool') === pool && elementAt(disk, 'readonly') === null;
    return isData ? (attributeOf(source, 'volume') ?? []) : [];
  });
}
