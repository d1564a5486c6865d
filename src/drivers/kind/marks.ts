/**
 * Our marks on a cluster. Whose it is stands on each of its node containers from the moment at which it is made: in the path of a
 * mount, which can be read while it is stopped, and on any host. What changes later, and has no place in kind, is kept in a file
 * of the first control plane node, which is written once a cluster is whole: one without it was made by half.
 */
import { canonicalJson, isJsonObject, type JsonObject, member } from '../../model/json.ts';
import type { Ownership } from '../../model/observed.ts';
import { type NotedKubeconfig, notedJson, parseNoted } from '../kubernetes/kubeconfig/noted.ts';
import { MARK_SCHEMA, ownershipIn, parseMarkObject } from '../owner-mark.ts';

/** An empty file that every host has is mounted there: the path alone says something. */
export const MARK_SOURCE = '/dev/null';
const MARK_FOLDER = '/kind/trueup/';
/** Names of files end at 255 bytes. */
const LONGEST_PART = 200;

export const KEPT_FILE = '/kind/trueup.json';

export function markPath(ownership: Ownership): string {
  const text = Buffer.from(canonicalJson({ schema: MARK_SCHEMA, ...ownership })).toString('base64url');
  const parts = text.match(new RegExp(`.{1,${LONGEST_PART}}`, 'g')) ?? [];
  return `${MARK_FOLDER}${parts.join('/')}`;
}

export function isMarkPath(path: string): boolean {
  return path.startsWith(MARK_FOLDER);
}

/** `null` for what is no mark of ours. */
export function parseMarkPath(path: string): Ownership | null {
  if (!isMarkPath(path)) return null;
  const encoded = path.slice(MARK_FOLDER.length).replaceAll('/', '');
  const value = parseMarkObject(Buffer.from(encoded, 'base64url').toString('utf8'));
  return value === null ? null : ownershipIn(value);
}

/** The fields that only the kept file can tell. */
const KEPT = [
  'driver_options',
  'nodes',
  'kubeconfig',
  'labels',
  'dependencies',
  'protect',
  'deletion_policy',
  'addons',
] as const;

/** What we have written down in a cluster. */
export interface Notes {
  readonly kept: JsonObject;
  /** Noted before they are written, and until they are rid of us. */
  readonly kubeconfigs: readonly NotedKubeconfig[];
}

export function notesText(config: JsonObject, kubeconfigs: readonly NotedKubeconfig[]): string {
  const kept = Object.fromEntries(KEPT.map((name) => [name, config[name] ?? null]));
  return `${canonicalJson({ schema: MARK_SCHEMA, kept, kubeconfigs: notedJson(kubeconfigs) })}\n`;
}

/** `null` for what is none of ours. */
export function parseNotes(text: string): Notes | null {
  const value = parseMarkObject(text);
  const kept = member(value, 'kept');
  return isJsonObject(kept) ? { kept, kubeconfigs: parseNoted(member(value, 'kubeconfigs')) } : null;
}
