/**
 * Whether what is there now is other than what a load found: an editor touches a file more often than it changes it, and git
 * writes what was there before. Whoever carries out what was loaded is kept from it only by something else.
 */
import { stat } from 'node:fs/promises';
import { workingTree } from '../../git/working-tree.ts';
import { type Aspect, contentFound, type Found, namesFound } from '../../manifest/asked-files.ts';
import { placeOf } from '../../manifest/resolve/host-paths.ts';

/** Looks at these aspects of a path, which is absolute; what cannot be looked at is missing. */
export async function foundNow(path: string, aspects: ReadonlySet<Aspect>): Promise<Found> {
  const tree = workingTree('/', new Set());
  const looks: Readonly<Record<Aspect, () => Promise<string>>> = {
    content: async () => contentFound(await tree.read(path)),
    names: async () => namesFound(await tree.list(path)),
    place: async () => {
      const there = await stat(path).catch(() => null);
      return there === null ? 'none' : placeOf(there);
    },
  };
  const found = [...aspects].map(async (aspect) => [aspect, await looks[aspect]().catch(() => null)] as const);
  return Object.fromEntries((await Promise.all(found)).filter(([, text]) => text !== null));
}

/** Of what nobody knows how it was, or how it is, it has to be assumed. */
export function isOther(before: Found, now: Found): boolean {
  const aspects = Object.keys(before).filter(isAspect);
  return aspects.length === 0 || aspects.some((aspect) => before[aspect] !== now[aspect]);
}

export function isAspect(name: string): name is Aspect {
  return name === 'content' || name === 'names' || name === 'place';
}
