/**
 * Takes away what our addons have made and name no more. What was there before them stays, and so does what would take along data, or
 * things that they did not make, unless a manifest allows that loss. What they still name stays in any case.
 */
import { TrueupError } from '../../../model/failure.ts';
import { type JsonObject, memberAt } from '../../../model/json.ts';
import { complaintOf, isOk } from '../api/answer.ts';
import { isRefusedRead, readObject } from '../api/lists.ts';
import { titleOf } from './apply-object.ts';
import { holdingsOf, type Removing } from './holdings.ts';
import type { NotedObject } from './inventory.ts';
import { canBeOurs } from './own-fields.ts';
import { groupPath } from './resources.ts';

/** Why it stays; `null` where it is gone, or somebody else's by now. */
export async function removeObject(removing: Removing, noted: NotedObject): Promise<string | null> {
  let found: Found | null;
  try {
    found = await findOwn(removing, noted);
    if (found === null) return null;
    const [held, ...more] = await holdingsOf(removing, noted, found.live);
    if (held !== undefined)
      return `${titleOf(noted)} stays: with it would go ${held}${more.length === 0 ? '' : ` and ${more.length} more`}`;
  } catch (error) {
    if (!isRefusedRead(error)) throw error;
    return `${titleOf(noted)} stays: nobody can tell what would go with it: ${error.message}`;
  }
  const { path, uid } = found;
  const answer = await removing.api.ask({ method: 'DELETE', path, body: deleteOptions(uid) }, removing.signal);
  // One of another uid is not the one that we made.
  if (isOk(answer) || answer.status === 404 || answer.status === 409) return null;
  throw new TrueupError('addon_refused', `${titleOf(noted)} cannot be removed: ${complaintOf(answer)}`, {
    fields: { object: titleOf(noted), status: answer.status },
    next: 'look at what holds it, and apply again',
  });
}

interface Found {
  readonly path: string;
  readonly live: JsonObject;
  readonly uid: string;
}

/** `null` where it is gone, somebody else's, or an addon names it in other words. */
async function findOwn({ api, resources, signal, applied }: Removing, noted: NotedObject): Promise<Found | null> {
  const path = await resources.pathOf(noted, signal);
  if (path === null) {
    // Of a kind that is known no more there is nothing left. A group that cannot be asked is no such answer.
    await readObject(api, groupPath(noted.apiVersion), signal);
    return null;
  }
  const live = await readObject(api, path, signal);
  const uid = memberAt(live, 'metadata', 'uid');
  if (live === null || typeof uid !== 'string' || applied.has(uid)) return null;
  // A run that was killed may have made it, or not yet: somebody else can have done so since.
  const isOurs = noted.uid === null ? canBeOurs(live) : noted.uid === uid;
  return isOurs ? { path, live, uid } : null;
}

function deleteOptions(uid: string): JsonObject {
  return { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background', preconditions: { uid } };
}
