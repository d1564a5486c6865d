/**
 * Images that something needs, in whichever pool that is: what volumes lie over, what runs has open, and what disks of packages lie
 * over once they are whole. Of a disk whose file is gone under what runs, the image is half of the last copy.
 */
import { TrueupError } from '../../../model/failure.ts';
import { memberAt } from '../../../model/json.ts';
import { baseVolume } from '../names.ts';
import { type HostSight, lookAtAll } from '../observe/look.ts';
import { isOnItsWay } from '../package/on-its-way.ts';
import { pathsBelow } from '../volumes/below.ts';
import { attributeOf, elementAt, elementsIn, type XmlElement } from '../xml/element.ts';
import type { Storing } from './changing.ts';

/** Their paths, or their names where no more is known; `null` where there is something that nobody can tell of. */
export async function usedBases({ virsh, context }: Storing): Promise<ReadonlySet<string> | null> {
  const { signal } = context;
  try {
    const below = await pathsBelow(virsh, signal);
    if (below === null) return null;
    const sight = await lookAtAll(virsh, [], signal);
    return new Set([...below, ...sight.domains.flatMap(({ live }) => openedBy(live)), ...awaited(sight)]);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof TrueupError) return null;
    throw error;
  }
}

function openedBy(live: XmlElement | null): readonly string[] {
  return elementsIn(elementAt(live, 'devices'), 'disk').flatMap((disk) => filesBelow(disk));
}

function filesBelow(layer: XmlElement): readonly string[] {
  const below = elementAt(layer, 'backingStore');
  if (below === null) return [];
  return [attributeOf(elementAt(below, 'source'), 'file') ?? [], filesBelow(below)].flat();
}

function awaited({ disks, gone }: HostSight): readonly string[] {
  return [...gone, ...disks].flatMap(({ mark }) => {
    const kept = mark?.kept ?? {};
    const digest = isOnItsWay(kept) ? memberAt(kept, 'image', 'sha256') : null;
    return typeof digest === 'string' ? [baseVolume(digest)] : [];
  });
}
