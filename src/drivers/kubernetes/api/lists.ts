/** Whole lists of objects, page by page. */
import { TrueupError } from '../../../model/failure.ts';
import { isJsonArray, isJsonObject, type JsonObject, member, memberAt } from '../../../model/json.ts';
import { type ApiAnswer, type ClusterApi, complaintOf, isOk } from './answer.ts';

const PAGE = '500';

export interface ObjectList {
  readonly items: readonly JsonObject[];
  /** Where a watch goes on from. */
  readonly resourceVersion: string;
}

/** Which objects of a list: all where it says nothing. */
export interface Selection {
  readonly fieldSelector?: string;
}

/** The one of this name, which may not be there. */
export function named(name: string): Selection {
  return { fieldSelector: `metadata.name=${name.replace(/[\\,=]/g, String.raw`\$&`)}` };
}

export async function listObjects(
  api: ClusterApi,
  path: string,
  signal: AbortSignal,
  selection: Selection = {},
): Promise<ObjectList> {
  const items: JsonObject[] = [];
  let next = '';
  for (;;) {
    const query = { ...selection, limit: PAGE, ...(next === '' ? {} : { continue: next }) };
    const answer = await api.ask({ path, query }, signal);
    // It took too long, and the server has forgotten where it was.
    if (answer.status === 410 && next !== '') {
      items.length = 0;
      next = '';
      continue;
    }
    if (!isOk(answer)) throw refusedRead(api, path, answer);
    const page = member(answer.body, 'items');
    items.push(...(isJsonArray(page) ? page : []).filter(isJsonObject));
    const more = memberAt(answer.body, 'metadata', 'continue');
    next = typeof more === 'string' ? more : '';
    if (next !== '') continue;
    const version = memberAt(answer.body, 'metadata', 'resourceVersion');
    return { items, resourceVersion: typeof version === 'string' ? version : '' };
  }
}

/** `null` for one that is not there. */
export async function readObject(api: ClusterApi, path: string, signal: AbortSignal): Promise<JsonObject | null> {
  const answer = await api.ask({ path }, signal);
  if (answer.status === 404) return null;
  if (!isOk(answer) || !isJsonObject(answer.body)) throw refusedRead(api, path, answer);
  return answer.body;
}

/** Whether the server answered, and did not show it. */
export function isRefusedRead(error: unknown): error is TrueupError {
  return error instanceof TrueupError && error.code === 'engine_unreachable' && 'status' in error.fields;
}

export function isNotFound(error: unknown): boolean {
  return isRefusedRead(error) && error.fields['status'] === 404;
}

function refusedRead({ server }: ClusterApi, path: string, answer: ApiAnswer): TrueupError {
  const why = complaintOf(answer);
  return new TrueupError('engine_unreachable', `the API server ${server} does not show ${path}: ${why}`, {
    fields: { server, path, status: answer.status },
  });
}
