/**
 * What is declared, held against what was noted. An object is known again however a manifest spells its place: it may name the default
 * namespace, or none.
 */
import type { Applying } from './apply-object.ts';
import { keyOfPlace, type NotedObject } from './inventory.ts';
import type { ObjectPlace } from './resources.ts';

export interface HeldAgainst {
  /** In the order of the objects what was noted of each; `null` for nothing. */
  readonly known: readonly (NotedObject | null)[];
  /** What was noted, and is declared no more. */
  readonly gone: readonly NotedObject[];
}

export async function heldAgainst(
  applying: Applying,
  objects: readonly ObjectPlace[],
  before: readonly NotedObject[],
): Promise<HeldAgainst> {
  const [declared, noted] = await Promise.all([
    Promise.all(objects.map((object) => identitiesOf(applying, object))),
    Promise.all(before.map(async (note) => ({ note, names: await identitiesOf(applying, note) }))),
  ]);
  const byName = new Map(noted.flatMap(({ note, names }) => names.map((name) => [name, note] as const)));
  const all = new Set(declared.flat());
  return {
    known: declared.map((names) => names.flatMap((name) => byName.get(name) ?? [])[0] ?? null),
    gone: noted.filter(({ names }) => !names.some((name) => all.has(name))).map(({ note }) => note),
  };
}

/** Two places with one of these in common are of one object. */
async function identitiesOf({ resources, signal }: Applying, place: ObjectPlace): Promise<readonly string[]> {
  const path = await resources.pathOf(place, signal);
  // Its kind may be known no more, or not in this version: what the manifest says is then all there is.
  return path === null ? [keyOfPlace(place)] : [keyOfPlace(place), path.replace(VERSION, '$1')];
}

/** An object is the same in every version of its group. */
const VERSION = /^(\/apis\/[^/]+)\/[^/]+/;
