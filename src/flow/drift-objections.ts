/** Objections: why a difference is left to people, before any edit is tried and after all of them were. */
import { saysPlaces } from '../manifest/edit/candidates.ts';
import { inRepo } from '../manifest/edit/in-repo.ts';
import type { LoadedEnvironment } from '../manifest/environment.ts';
import { type Address, addressOf } from '../model/address.ts';
import type { Cause, Difference } from '../model/change.ts';
import type { ByHandReason } from '../model/drift-writing.ts';
import { type FieldPath, parseFieldPath, RUN_STATE_PATH } from '../model/field-path.ts';
import { type Json, member } from '../model/json.ts';
import { isMovedImage } from '../model/moved-image.ts';
import type { Drift } from '../model/plan.ts';
import { holdsSecret } from '../model/secret.ts';
import type { SourceRange } from '../model/source.ts';

/** What the writer has to know of a difference: `before` is what is to be written. */
export interface FoundField
  extends Pick<Difference, 'field_path' | 'before' | 'after' | 'source' | 'is_default' | 'moved_input'> {
  /** Absent where another environment declares it. */
  readonly cause?: Cause;
}

export interface FoundResource extends Pick<Drift, 'address' | 'kind'> {
  readonly differences: readonly FoundField[];
}

export interface Writable {
  readonly environment: LoadedEnvironment;
  /** Absolute path of the repo. */
  readonly root: string;
  /** Of the manifests that may be edited, by path relative to the root of the repo. */
  readonly texts: ReadonlyMap<string, string>;
  /** What cannot be looked at, because somebody else's object has its name. */
  readonly taken: ReadonlySet<Address>;
  /** What is declared and not there. */
  readonly missing: ReadonlySet<Address>;
  isKnownSecret(text: string): boolean;
}

/** `null` where it may be tried. `beside` are all differences of the resource. */
export function objectionTo(
  difference: FoundField,
  beside: readonly FoundField[],
  writable: Writable,
): ByHandReason | null {
  const { field_path: path, before, after, cause } = difference;
  if (holdsSecret(before) || holdsSecret(after) || writable.isKnownSecret(JSON.stringify(before))) return 'secret';
  if (path === RUN_STATE_PATH) return 'run_state';
  if (cause === 'both') return 'changed_in_git';
  if (difference.moved_input !== undefined) return 'input';
  if (writable.texts.size === 0) return 'shared';
  const names = parseFieldPath(path) ?? [];
  if (isMovedImage(difference)) return 'image_moved';
  if (isMount(names)) return objectionToMount(names, before, beside, writable);
  const [group, list, key = ''] = names;
  if (group !== 'networking' || list !== 'networks') return null;
  const network = addressOf('network', key);
  // A network that is not the declared one, but has its name.
  if (writable.taken.has(network)) return 'undeclared';
  // Nobody took the service off it: who removes the network takes everything off.
  if (before === null && writable.missing.has(network)) return 'resource';
  return before === null || isDeclared(network, writable) ? null : 'undeclared';
}

function objectionToMount(
  names: readonly string[],
  before: Json,
  beside: readonly FoundField[],
  writable: Writable,
): ByHandReason | null {
  if (names.at(-1) === 'content') return 'content';
  // All that is said of one mount stands and falls together.
  const ofMount = beside.filter(({ field_path: path }) => isMount(parseFieldPath(path) ?? [], names[2]));
  if (ofMount.some((one) => isElsewhere(one, writable.root))) return 'place';
  const volume = names.at(-1) === 'volume' ? before : member(before, 'volume');
  return typeof volume === 'string' && !isDeclared(addressOf('volume', volume), writable) ? 'undeclared' : null;
}

/** Whether it names a place outside of the repo. */
function isElsewhere({ field_path: path, before }: FoundField, root: string): boolean {
  const name = parseFieldPath(path)?.at(-1);
  return saysPlaces(inRepo(before, name, { file: '', root }), name);
}

function isDeclared(address: Address, { environment }: Writable): boolean {
  return environment.resources.has(address);
}

/** Of any mount, or of the one at a path. */
function isMount([group, list, key]: readonly string[], path: string | undefined = key): boolean {
  return group === 'storage' && list === 'volumes' && key === path;
}

/** Why no edit was kept. */
export function reasonOf(path: FieldPath, source: SourceRange | null, { texts }: Writable): ByHandReason {
  const [group, list, item] = parseFieldPath(path) ?? [];
  const isOfList =
    (item !== undefined && ITEMS.has(`${group}.${list}`)) || (list !== undefined && ITEMS.has(`${group}`));
  return isOfList && source !== null && !texts.has(source.file) ? 'inherited' : 'no_edit';
}

/** Lists, and what is often written as one. */
const ITEMS: ReadonlySet<string> = new Set([
  'networking.ports',
  'networking.networks',
  'storage.volumes',
  'storage.tmpfs',
  'environment_variables',
  'labels',
]);
