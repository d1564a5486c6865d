/**
 * Takes away what our addons have made and name no more. What was there before them stays, and so does what would take along data, or
 * things that they did not make, unless a manifest allows that loss.
 */
import { TrueupError } from '../../../model/failure.ts';
import type { JsonObject } from '../../../model/json.ts';
import { complaintOf, isOk } from '../api/answer.ts';
import { titleOf } from './apply-object.ts';
import { holdingsOf, type Removing } from './holdings.ts';
import type { NotedObject } from './inventory.ts';

/** Why it stays; `null` where it is gone, or somebody else's by now. */
export async function removeObject(removing: Removing, noted: NotedObject): Promise<string | null> {
  const { api, resources, signal, allowsLoss } = removing;
  const path = await resources.pathOf(noted, signal);
  // Of a kind that is known no more there is nothing left.
  if (path === null) return null;
  const [held, ...more] = allowsLoss ? [] : await holdingsOf(removing, noted, path);
  if (held !== undefined)
    return `${titleOf(noted)} stays: with it would go ${held}${more.length === 0 ? '' : ` and ${more.length} more`}`;
  const answer = await api.ask({ method: 'DELETE', path, body: deleteOptions(noted) }, signal);
  // One of another uid is not the one that we made.
  if (isOk(answer) || answer.status === 404 || answer.status === 409) return null;
  throw new TrueupError('addon_refused', `${titleOf(noted)} cannot be removed: ${complaintOf(answer)}`, {
    fields: { object: titleOf(noted), status: answer.status },
    next: 'look at what holds it, and apply again',
  });
}

function deleteOptions({ uid }: NotedObject): JsonObject {
  const preconditions = uid === null ? {} : { preconditions: { uid } };
  return { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background', ...preconditions };
}
