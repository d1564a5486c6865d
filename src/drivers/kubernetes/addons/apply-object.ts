/**
 * Applies one object on the server's side, as the field manager `trueup`: what git says of a field counts, whoever set it last, and
 * fields that git does not name stay whose they are. With `dryRun` the server says what would come of it, and nothing changes.
 */
import { TrueupError } from '../../../model/failure.ts';
import { isJsonObject, type JsonObject } from '../../../model/json.ts';
import { type ApiAnswer, type ClusterApi, complaintOf, isOk } from '../api/answer.ts';
import type { AddonObject } from './manifests.ts';
import type { Resources } from './resources.ts';

export const FIELD_MANAGER = 'trueup';

export interface Applying {
  readonly api: ClusterApi;
  readonly resources: Resources;
  readonly signal: AbortSignal;
}

export interface AppliedObject {
  /** As it is now, or would be. */
  readonly object: JsonObject;
  /** Whether it was not there before. */
  readonly isNew: boolean;
}

export async function applyObject(
  { api, resources, signal }: Applying,
  object: AddonObject,
  { dryRun = false }: { readonly dryRun?: boolean } = {},
): Promise<AppliedObject> {
  const path = await resources.pathOf(object, signal);
  if (path === null) throw unknownKind(object);
  const answer = await api.ask(
    {
      method: 'PATCH',
      path,
      query: { fieldManager: FIELD_MANAGER, force: 'true', ...(dryRun ? { dryRun: 'All' } : {}) },
      body: object.manifest,
      contentType: 'application/apply-patch+yaml',
    },
    signal,
  );
  if (isOk(answer) && isJsonObject(answer.body)) return { object: answer.body, isNew: answer.status === 201 };
  throw refused(object, answer);
}

export function titleOf({ kind, name, namespace }: Omit<AddonObject, 'manifest'>): string {
  return namespace === null ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
}

function unknownKind(object: AddonObject): TrueupError {
  const title = titleOf(object);
  return new TrueupError('addon_refused', `${title}: the cluster knows no ${object.kind} of ${object.apiVersion}`, {
    retryable: true,
    fields: { object: title, api_version: object.apiVersion },
    next: 'put the file that defines it before this one in addons, or take the version that the cluster has',
  });
}

function refused(object: AddonObject, answer: ApiAnswer): TrueupError {
  const title = titleOf(object);
  return new TrueupError('addon_refused', `${title}: ${complaintOf(answer)}`, {
    // A namespace or a webhook that is not there yet may be, once something else has been applied.
    retryable: PASSING.has(answer.status) || answer.status >= 500,
    fields: { object: title, status: answer.status },
    next: answer.status === 422 ? REMAKE : 'repair the manifest, and apply again',
  });
}

/** Not there yet, in the middle of another change, too much at once. */
const PASSING: ReadonlySet<number> = new Set([404, 409, 429]);

const REMAKE = 'some fields cannot be changed once an object is there: delete the object, and apply again';
