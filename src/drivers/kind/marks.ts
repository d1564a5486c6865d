/**
 * Our marks on a cluster. Whose it is stands on each of its node containers from the moment at which it is made: in the path of a
 * mount, which can be read while it is stopped, and on any host. What changes later, and has no place in kind, is kept in a file
 * of the first control plane node, which is written once a cluster is whole: one without it was made by half.
 */
import { type Address, isAddress } from '../../model/address.ts';
import { canonicalJson, isJsonObject, type JsonObject, member, parseJson } from '../../model/json.ts';
import type { Ownership } from '../../model/observed.ts';
import type { StepContext } from '../step-context.ts';

const SCHEMA = 1;

/** An empty file that every host has is mounted there: the path alone says something. */
export const MARK_SOURCE = '/dev/null';
const MARK_FOLDER = '/kind/trueup/';
/** Names of files end at 255 bytes. */
const LONGEST_PART = 200;

export const KEPT_FILE = '/kind/trueup.json';

export function ownershipFor(address: Address, { ownership }: Pick<StepContext, 'ownership'>): Ownership {
  const { owner, project, environment, checkout, revision } = ownership;
  return { owner, project, environment, address, checkout, created_revision: revision };
}

export function markPath(ownership: Ownership): string {
  const text = Buffer.from(canonicalJson({ schema: SCHEMA, ...ownership })).toString('base64url');
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
  const value = parsed(Buffer.from(encoded, 'base64url').toString('utf8'));
  if (value === null || value['schema'] !== SCHEMA) return null;
  const owner = textMember(value, 'owner');
  const project = textMember(value, 'project');
  const environment = textMember(value, 'environment');
  const address = textMember(value, 'address');
  if (owner === null || project === null || environment === null) return null;
  if (address === null || !isAddress(address)) return null;
  return {
    owner,
    project,
    environment,
    address,
    checkout: textMember(value, 'checkout'),
    created_revision: textMember(value, 'created_revision'),
  };
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

export function keptText(config: JsonObject): string {
  return `${canonicalJson({ schema: SCHEMA, kept: Object.fromEntries(KEPT.map((name) => [name, config[name] ?? null])) })}\n`;
}

/** `null` for what is none of ours. */
export function parseKept(text: string): JsonObject | null {
  const value = parsed(text);
  const kept = member(value, 'kept');
  return value?.['schema'] === SCHEMA && isJsonObject(kept) ? kept : null;
}

function parsed(text: string): JsonObject | null {
  try {
    const value = parseJson(text);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}

function textMember(value: JsonObject, name: string): string | null {
  const found = member(value, name);
  return typeof found === 'string' ? found : null;
}
