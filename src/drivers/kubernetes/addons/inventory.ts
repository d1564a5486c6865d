/**
 * What our addons have put into a cluster, and what their files said: kept inside it, so that it goes with it, and found wherever
 * trueup looks from. It is a secret, because addons may hold some. It is written before anything is applied, and shortened only
 * after what is declared no more is gone: a run that is killed in between loses no object.
 */
import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { TrueupError } from '../../../model/failure.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberAt, parseJson } from '../../../model/json.ts';
import { type ClusterApi, complaintOf, isOk } from '../api/answer.ts';
import { readObject } from '../api/lists.ts';
import { FIELD_MANAGER } from './apply-object.ts';
import type { ObjectPlace } from './resources.ts';

export interface AppliedAddon {
  readonly key: string;
  /** The file as it was applied. */
  readonly text: string;
}

/** An object that our addons name, or named. */
export interface NotedObject extends ObjectPlace {
  /** Whether it was not there before them: only such a one is ever removed. */
  readonly created: boolean;
  /** Of the one that was applied; `null` until then. One of its name with another is somebody else's. */
  readonly uid: string | null;
  /** A digest of the fields that are ours, as the server counted them then; `null` until then. */
  readonly fields: string | null;
}

export interface Inventory {
  /** In the order in which they were applied last. */
  readonly addons: readonly AppliedAddon[];
  readonly objects: readonly NotedObject[];
}

export const INVENTORY_NAME = 'trueup-addons';
/** The list in which it stands. */
export const INVENTORY_LIST = '/api/v1/namespaces/kube-system/secrets';
const PATH = `${INVENTORY_LIST}/${INVENTORY_NAME}`;

export async function readInventory(api: ClusterApi, signal: AbortSignal): Promise<Inventory> {
  return inventoryIn(await readObject(api, PATH, signal));
}

export function isInventory(secret: JsonObject): boolean {
  return memberAt(secret, 'metadata', 'name') === INVENTORY_NAME;
}

/** `null` for a cluster that has none. */
export function inventoryIn(secret: JsonObject | null): Inventory {
  const packed = memberAt(secret, 'data', 'inventory');
  const value = typeof packed === 'string' ? unpacked(packed) : null;
  const [addons, objects] = [memberAt(value, 'addons'), memberAt(value, 'objects')];
  return {
    addons: (isJsonArray(addons) ? addons : []).flatMap(addonOf),
    objects: (isJsonArray(objects) ? objects : []).flatMap(notedOf),
  };
}

/** Ours alone: whatever somebody else wrote into it is taken back. */
export async function writeInventory(
  api: ClusterApi,
  { addons, objects }: Inventory,
  signal: AbortSignal,
): Promise<void> {
  const value = { addons: addons.map(({ key, text }) => ({ key, text })), objects: objects.map(notedJson) };
  const body: JsonObject = {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'dev.trueup/addons',
    metadata: { name: INVENTORY_NAME, namespace: 'kube-system' },
    data: { inventory: gzipSync(JSON.stringify(value)).toString('base64') },
  };
  const query = { fieldManager: FIELD_MANAGER, force: 'true' };
  const contentType = 'application/apply-patch+yaml';
  const answer = await api.ask({ method: 'PATCH', path: PATH, query, body, contentType }, signal);
  if (!isOk(answer))
    throw new TrueupError('addon_refused', `the addons cannot be noted in the cluster: ${complaintOf(answer)}`, {
      retryable: answer.status !== 413 && answer.status !== 422,
      next: 'apply again once the cluster is ready; all addons together may have 1 MiB, compressed',
    });
}

function notedJson({ apiVersion, kind, name, namespace, created, uid, fields }: NotedObject): JsonObject {
  return { apiVersion, kind, name, namespace, created, uid, fields };
}

export function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

export function keyOfPlace({ apiVersion, kind, name, namespace }: ObjectPlace): string {
  // An object is the same in every version of its group.
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  return [group, kind, namespace ?? '', name].join('|');
}

function addonOf(value: Json): readonly AppliedAddon[] {
  if (!isJsonObject(value)) return [];
  const { key, text } = value;
  return typeof key === 'string' && typeof text === 'string' ? [{ key, text }] : [];
}

function notedOf(value: Json): readonly NotedObject[] {
  if (!isJsonObject(value)) return [];
  const { apiVersion, kind, name, namespace, created, uid, fields } = value;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || typeof name !== 'string') return [];
  const noted = { created: created === true, uid: textOr(uid), fields: textOr(fields) };
  return [{ apiVersion, kind, name, namespace: textOr(namespace), ...noted }];
}

function textOr(value: Json | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

/** `null` for what somebody else has made of it: the addons are then applied anew. */
function unpacked(packed: string): Json {
  try {
    return parseJson(gunzipSync(Buffer.from(packed, 'base64')).toString());
  } catch {
    return null;
  }
}
