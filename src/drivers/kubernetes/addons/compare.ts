/**
 * Whether the addons are in the cluster as their files say: each object is applied on the server's side as a dry run, and what would
 * come of that is held against what is there. Defaults that the server fills in are on both sides, and what others have set beside
 * ours is nobody's difference.
 */
import { TrueupError } from '../../../model/failure.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject, jsonEqual } from '../../../model/json.ts';
import { readObject } from '../api/lists.ts';
import { applyObject, type Applying, titleOf } from './apply-object.ts';
import { BOOKKEEPING } from './bookkeeping.ts';
import { type AppliedAddon, digestOf, keyOfPlace, readInventory } from './inventory.ts';
import { type AddonObject, parseAddon } from './manifests.ts';
import { ownFields } from './own-fields.ts';

/**
 * In the shape of a manifest: by their keys the digests of the files that were applied last, and in the place of a digest what is
 * otherwise in the cluster.
 */
export async function observeAddons(applying: Applying): Promise<JsonObject> {
  const { addons, objects } = await readInventory(applying.api, applying.signal);
  const fields = new Map(objects.map((noted) => [keyOfPlace(noted), noted.fields] as const));
  const observed = addons.map(async (addon) => {
    const differences = await differencesOf({ ...applying, fields }, addon);
    const content = differences.length === 0 ? digestOf(addon.text) : `otherwise: ${differences.join('; ')}`;
    return [addon.key, { content }] as const;
  });
  return Object.fromEntries(await Promise.all(observed));
}

interface Comparing extends Applying {
  /** By their keys digests of the fields of objects that were ours when they were applied. */
  readonly fields: ReadonlyMap<string, string | null>;
}

/** `Deployment default/web: spec.replicas`, one for each object that is missing or otherwise; empty for none. */
async function differencesOf(applying: Comparing, { key, text }: AppliedAddon): Promise<readonly string[]> {
  return (await Promise.all(parseAddon(key, text).map((object) => differenceOf(applying, object)))).flat();
}

async function differenceOf(applying: Comparing, object: AddonObject): Promise<readonly string[]> {
  const { api, resources, signal } = applying;
  const place = await resources.pathOf(object, signal);
  const live = place === null ? null : await readObject(api, place, signal);
  if (live === null) return [`${titleOf(object)}: missing`];
  try {
    const { object: wanted } = await applyObject(applying, object, { dryRun: true });
    const paths = changedPaths(live, wanted);
    return paths.length === 0 ? [] : [`${titleOf(object)}: ${paths.join(', ')}`];
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof TrueupError) || error.code !== 'addon_refused') throw error;
    if (!TAKES_NO_TRIAL.test(error.message)) return [error.message];
    // Whoever changes a field of ours takes it over.
    const isOurs = ownFields(live) === applying.fields.get(keyOfPlace(object));
    return isOurs ? [] : [`${titleOf(object)}: somebody has changed fields of ours`];
  }
}

/** What a webhook that acts on other things has the server say, which cannot take back what it did. */
const TAKES_NO_TRIAL = /does not support dry run/i;

const MOST = 5;

/** Dotted paths in which two objects differ; the status is nobody's wish. Pure. */
function changedPaths(live: JsonObject, wanted: JsonObject): readonly string[] {
  const all = Object.keys({ ...live, ...wanted })
    .filter((name) => name !== 'status')
    .flatMap((name) => changed(live[name] ?? null, wanted[name] ?? null, name));
  return all.length <= MOST ? all : [...all.slice(0, MOST), `${all.length - MOST} more`];
}

function changed(live: Json, wanted: Json, path: string): readonly string[] {
  if (jsonEqual(live, wanted)) return [];
  if (isJsonObject(live) && isJsonObject(wanted))
    return Object.keys({ ...live, ...wanted })
      .filter((name) => path !== 'metadata' || !BOOKKEEPING.has(name))
      .flatMap((name) => changed(live[name] ?? null, wanted[name] ?? null, `${path}.${name}`));
  if (isJsonArray(live) && isJsonArray(wanted) && live.length === wanted.length)
    return wanted.flatMap((value, index) => changed(live[index] ?? null, value, `${path}[${index}]`));
  return [path];
}
