/** Applies the addons of a cluster: file by file, in the declared order; then what is declared no more is removed. */
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { TrueupError } from '../../../model/failure.ts';
import { type ClusterApi, complaintOf, isOk } from '../api/answer.ts';
import { applyObject, type Applying, titleOf } from './apply-object.ts';
import type { DeclaredAddon } from './declared.ts';
import { type AppliedAddon, digestOf, keyOfPlace, readInventory, writeInventory } from './inventory.ts';
import { parseAddon } from './manifests.ts';
import { type ObjectPlace, resourcesOf } from './resources.ts';

export interface AddonOptions {
  readonly signal: AbortSignal;
  progress(message: string): void;
  /** How long to go on trying what another object has to be there for first. */
  readonly patienceMs?: number;
}

const PATIENCE_MS = 30_000;
const PAUSE_MS = 250;

/** Idempotent. Nothing is touched where a file cannot be read. */
export async function applyAddons(
  api: ClusterApi,
  declared: readonly DeclaredAddon[],
  options: AddonOptions,
): Promise<void> {
  const { signal } = options;
  const addons = await Promise.all(declared.map(readAddon));
  const objects = addons.flatMap(({ key, text }) => parseAddon(key, text));
  const before = await readInventory(api, signal);
  if (addons.length === 0 && before.objects.length === 0) return;
  const wanted = new Set(objects.map(keyOfPlace));
  const gone = before.objects.filter((place) => !wanted.has(keyOfPlace(place)));
  await writeInventory(api, { addons: before.addons, objects: [...objects, ...gone] }, signal);
  const applying: Applying = { api, resources: resourcesOf(api), signal };
  for (const object of objects) {
    options.progress(titleOf(object));
    await applyPatiently(applying, object, options.patienceMs ?? PATIENCE_MS);
  }
  // Last in, first out.
  for (const place of gone.toReversed()) await removeObject(applying, place);
  await writeInventory(api, { addons, objects }, signal);
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
): Promise<void> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    try {
      await applyObject(applying, object);
      return;
    } catch (error) {
      const isPassing = error instanceof TrueupError && error.retryable && performance.now() < deadline;
      if (!isPassing) throw error;
    }
    await delay(PAUSE_MS, undefined, { signal: applying.signal });
  }
}

/** Of a kind that is known no more there is nothing left. */
async function removeObject({ api, resources, signal }: Applying, place: ObjectPlace): Promise<void> {
  const path = await resources.pathOf(place, signal);
  if (path === null) return;
  const body = { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background' };
  const answer = await api.ask({ method: 'DELETE', path, body }, signal);
  if (isOk(answer) || answer.status === 404) return;
  throw new TrueupError('addon_refused', `${titleOf(place)} cannot be removed: ${complaintOf(answer)}`, {
    fields: { object: titleOf(place), status: answer.status },
    next: 'look at what holds it, and apply again',
  });
}
