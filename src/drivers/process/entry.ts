/**
 * Entries: what the registry holds of one object. Secrets stand in them as keyed hashes only. An entry is replaced as a
 * whole and never half; one that somebody else damaged reads as `null`, and the next steps write it anew.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { mkdir, utimes } from 'node:fs/promises';
import { writeFileAtomic } from '../../files/atomic-file.ts';
import { isAddress } from '../../model/address.ts';
import { isJsonObject, type Json, type JsonObject, member } from '../../model/json.ts';
import type { Ownership } from '../../model/observed.ts';
import { readSmallFile } from './files.ts';
import { DATA, type EntryKind, FILES, kindFolder, objectFolder } from './layout.ts';
import { inWholeFolder } from './whole-folder.ts';

/** A volume that a service is handed: its physical name, and whether trueup makes it. */
export interface UsedVolume extends JsonObject {
  readonly name: string;
  readonly external: boolean;
}

export interface Entry {
  readonly id: string;
  readonly created_at: string;
  readonly ownership: Ownership;
  readonly config: JsonObject;
  /** For services: the volumes it uses, by their key. */
  readonly volumes: Readonly<Record<string, UsedVolume>>;
}

/** The registry's view of a name. `entry` is `null` where it is damaged, and ownership is known from its second copy. */
export interface Registered {
  readonly entry: Entry | null;
  readonly ownership: Ownership;
}

/** What stands under a name; `null` when there is nothing, or nothing that says whose it is. */
export function readRegistered(root: string, kind: EntryKind, name: string): Registered | null {
  const folder = objectFolder(root, kind, name);
  const entry = parseEntry(readSmallFile(join(folder, FILES.entry)));
  if (entry !== null) return { entry, ownership: entry.ownership };
  const ownership = parseOwnership(parseJson(readSmallFile(join(folder, FILES.ownership))));
  return ownership === null ? null : { entry: null, ownership };
}

/** Writes an entry and its copies so that the entry itself comes last: once it stands, all of it stands. */
export async function writeEntry(root: string, kind: EntryKind, name: string, entry: Entry): Promise<void> {
  await inWholeFolder(root, kindFolder(root, kind), name, async (folder, isNew) => {
    const before = isNew ? null : (readRegistered(root, kind, name)?.ownership ?? null);
    // The data of a volume comes along: what is there can be used.
    if (kind === 'volume' && isNew) await mkdir(join(folder, DATA), { mode: 0o700 });
    await writePrivate(join(folder, FILES.ownership), `${JSON.stringify(entry.ownership)}\n`);
    if (kind === 'service') await writePrivate(join(folder, FILES.policy), `${policyOf(entry.config)}\n`);
    await writePrivate(join(folder, FILES.entry), `${JSON.stringify({ format: 1, ...entry }, null, 2)}\n`);
    if (before !== null && !isSameOwner(before, entry.ownership)) await showInParent(folder);
  });
}

/** Who is not concerned by an object watches no more of it than that it is there: for those to whom it comes, it moves. */
async function showInParent(folder: string): Promise<void> {
  const now = new Date();
  await utimes(folder, now, now);
}

function isSameOwner(left: Ownership, right: Ownership): boolean {
  return left.owner === right.owner && left.environment === right.environment;
}

/** The restart policy as the shim reads it. */
export async function writePolicy(root: string, name: string, policy: string): Promise<void> {
  await writePrivate(join(objectFolder(root, 'service', name), FILES.policy), `${policy}\n`);
}

/** An entry for something new. */
export function newEntry(ownership: Ownership, config: JsonObject, volumes: Entry['volumes'] = {}): Entry {
  return { id: randomUUID(), created_at: new Date().toISOString(), ownership, config, volumes };
}

/** The form of a JSON object that `volumes` has; whatever else is in it is left out. */
export function parseUsedVolumes(value: Json): Entry['volumes'] {
  const used: Record<string, UsedVolume> = {};
  for (const [key, volume] of Object.entries(isJsonObject(value) ? value : {})) {
    const name = member(volume, 'name');
    if (typeof name === 'string') used[key] = { name, external: member(volume, 'external') === true };
  }
  return used;
}

async function writePrivate(path: string, text: string): Promise<void> {
  await writeFileAtomic(path, text);
}

function policyOf(config: JsonObject): string {
  const policy = member(member(config, 'process'), 'restart');
  return typeof policy === 'string' ? policy : 'no';
}

function parseEntry(text: string | null): Entry | null {
  const value = parseJson(text);
  const [id, createdAt, config] = [member(value, 'id'), member(value, 'created_at'), member(value, 'config')];
  const ownership = parseOwnership(member(value, 'ownership'));
  if (typeof id !== 'string' || typeof createdAt !== 'string' || !isJsonObject(config) || ownership === null)
    return null;
  return { id, created_at: createdAt, ownership, config, volumes: parseUsedVolumes(member(value, 'volumes')) };
}

function parseOwnership(value: Json): Ownership | null {
  const [owner, project] = [member(value, 'owner'), member(value, 'project')];
  const [environment, address] = [member(value, 'environment'), member(value, 'address')];
  if (typeof owner !== 'string' || typeof project !== 'string' || typeof environment !== 'string') return null;
  if (typeof address !== 'string' || !isAddress(address)) return null;
  const [checkout, revision] = [member(value, 'checkout'), member(value, 'created_revision')];
  return {
    owner,
    project,
    environment,
    address,
    checkout: typeof checkout === 'string' ? checkout : null,
    created_revision: typeof revision === 'string' ? revision : null,
  };
}

function parseJson(text: string | null): Json {
  try {
    return text === null ? null : (JSON.parse(text) as Json);
  } catch {
    return null;
  }
}
