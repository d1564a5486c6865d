/** Applies the addons of a cluster: file by file, in the declared order; then what they have made and name no more is removed. */
import { readFile } from 'node:fs/promises';
import { TrueupError } from '../../../model/failure.ts';
import { memberAt } from '../../../model/json.ts';
import type { ClusterApi } from '../api/answer.ts';
import { readObject } from '../api/lists.ts';
import { type AppliedObject, applyObject, type Applying, titleOf } from './apply-object.ts';
import type { DeclaredAddon } from './declared.ts';
import { type AppliedAddon, digestOf, type NotedObject, readInventory, writeInventory } from './inventory.ts';
import { heldAgainst } from './held-against.ts';
import { type AddonObject, parseAddon } from './manifests.ts';
import { canBeOurs, ownFields } from './own-fields.ts';
import type { PlacedObject, Removing } from './holdings.ts';
import { removeObject } from './remove.ts';
import { type ObjectPlace, resourcesOf } from './resources.ts';
import { pauseFor } from '../../wait.ts';

export interface AddonOptions {
  readonly signal: AbortSignal;
  progress(message: string): void;
  /** How long to go on trying what another object has to be there for first. */
  readonly patienceMs?: number;
  /** Whether what is removed may take along data, or what others have made. Default: it may not, and stays. */
  readonly allowsLoss?: boolean;
}

const PATIENCE_MS = 30_000;
const PAUSE_MS = 250;

/** Idempotent. Nothing is touched where a file cannot be read. Resolves with what stays of what is named no more, and why. */
export async function applyAddons(
  api: ClusterApi,
  declared: readonly DeclaredAddon[],
  options: AddonOptions,
): Promise<readonly string[]> {
  const { signal } = options;
  const addons = await Promise.all(declared.map(readAddon));
  const objects = addons.flatMap(({ key, text }) => parseAddon(key, text));
  const before = await readInventory(api, signal);
  if (addons.length === 0 && before.objects.length === 0) return [];
  const applying: Applying = { api, resources: resourcesOf(api), signal };
  const { known, gone } = await heldAgainst(applying, objects, before.objects);
  const noted = await Promise.all(objects.map((object, index) => noteOf(applying, object, known[index] ?? null)));
  await writeInventory(api, { addons: before.addons, objects: [...noted, ...gone] }, signal);
  const applied: NotedObject[] = [];
  for (const [index, object] of objects.entries()) {
    options.progress(titleOf(object));
    const result = await applyPatiently(applying, object, options.patienceMs ?? PATIENCE_MS);
    applied.push(appliedNote(object, result, noted[index] ?? null));
  }
  const removing: Removing = {
    ...applying,
    declared: gone.length === 0 ? [] : await placed(applying, objects),
    applied: new Set(applied.flatMap(({ uid }) => uid ?? [])),
    allowsLoss: options.allowsLoss === true,
  };
  const kept = await removeGone(removing, gone, options);
  await writeInventory(api, { addons, objects: [...applied, ...kept.map((stays) => stays.noted)] }, signal);
  return kept.map(({ why }) => why);
}

async function placed(
  { resources, signal }: Applying,
  objects: readonly AddonObject[],
): Promise<readonly PlacedObject[]> {
  const paths = await Promise.all(objects.map((object) => resources.pathOf(object, signal)));
  return objects.flatMap((object, index) => {
    const path = paths[index] ?? null;
    return path === null ? [] : [{ object, path }];
  });
}

/** Before it is applied: a run that is killed in between has noted who made it. */
async function noteOf(
  { api, resources, signal }: Applying,
  place: ObjectPlace,
  known: NotedObject | null,
): Promise<NotedObject> {
  if (known !== null && (known.uid !== null || !known.created)) return known;
  const path = await resources.pathOf(place, signal);
  const live = path === null ? null : await readObject(api, path, signal);
  // What is there since such a run was killed may be of somebody else.
  const created = live === null || (known !== null && canBeOurs(live));
  return { ...placeOf(place), created, uid: null, fields: null };
}

function appliedNote(place: ObjectPlace, { object, isNew }: AppliedObject, noted: NotedObject | null): NotedObject {
  const found = memberAt(object, 'metadata', 'uid');
  const uid = typeof found === 'string' ? found : null;
  // Since it was noted somebody may have removed it, and made one of that name.
  const isTheSame = noted !== null && noted.created && (noted.uid === null || noted.uid === uid);
  return { ...placeOf(place), created: isNew || isTheSame, uid, fields: ownFields(object) };
}

function placeOf({ apiVersion, kind, name, namespace }: ObjectPlace): ObjectPlace {
  return { apiVersion, kind, name, namespace };
}

interface Stays {
  readonly noted: NotedObject;
  readonly why: string;
}

/** Last in, first out. What stays is tried again whenever addons are applied. */
async function removeGone(
  removing: Removing,
  gone: readonly NotedObject[],
  { progress }: AddonOptions,
): Promise<readonly Stays[]> {
  const stays: Stays[] = [];
  for (const noted of gone.filter(({ created }) => created).toReversed()) {
    const why = await removeObject(removing, noted);
    if (why === null) continue;
    progress(why);
    stays.unshift({ noted, why });
  }
  return stays;
}

/** Throws `addon_refused` where the file cannot be read, or is not what was planned. */
async function readAddon({ key, path, content }: DeclaredAddon): Promise<AppliedAddon> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new TrueupError('addon_refused', `the addon ${key} cannot be read`, {
      cause: error,
      fields: { path },
      next: 'addons are files of Kubernetes manifests: is the path right?',
    });
  }
  if (content === null || digestOf(text) === content) return { key, text };
  throw new TrueupError('addon_refused', `the addon ${key} is not what it was when this was planned`, {
    fields: { path },
    next: 'plan again; to apply another revision, check it out',
  });
}

async function applyPatiently(
  applying: Applying,
  object: Parameters<typeof applyObject>[1],
  patienceMs: number,
): Promise<AppliedObject> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    try {
      return await applyObject(applying, object);
    } catch (error) {
      const isPassing = error instanceof TrueupError && error.retryable && performance.now() < deadline;
      if (!isPassing) throw error;
    }
    await pauseFor(PAUSE_MS, applying.signal);
  }
}
