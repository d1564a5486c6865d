/** Where the API keeps a kind of objects, as the API itself tells. Asked once per group for as long as one command talks to it. */
import { isJsonArray, isJsonObject, type JsonObject, member, scalarText } from '../../../model/json.ts';
import { type ClusterApi, isOk } from '../api/answer.ts';

export interface ObjectPlace {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string | null;
}

export interface Resources {
  /** The path of an object; `null` for a kind that the API does not know, or not yet. */
  pathOf(object: ObjectPlace, signal: AbortSignal): Promise<string | null>;
}

const DEFAULT_NAMESPACE = 'default';

export function resourcesOf(api: ClusterApi): Resources {
  const groups = new Map<string, Promise<readonly JsonObject[]>>();
  const known = (apiVersion: string, signal: AbortSignal): Promise<readonly JsonObject[]> => {
    const asked = groups.get(apiVersion) ?? askGroup(api, apiVersion, signal);
    groups.set(apiVersion, asked);
    asked.catch(() => groups.delete(apiVersion));
    return asked;
  };
  return {
    async pathOf({ apiVersion, kind, name, namespace }, signal) {
      const find = async (): Promise<JsonObject | undefined> =>
        (await known(apiVersion, signal)).find((resource) => resource['kind'] === kind && !isPart(resource));
      let resource = await find();
      if (resource === undefined) {
        // A definition of such objects may have been applied just now.
        groups.delete(apiVersion);
        resource = await find();
      }
      if (resource === undefined) return null;
      const place = resource['namespaced'] === true ? `/namespaces/${namespace ?? DEFAULT_NAMESPACE}` : '';
      return `${groupPath(apiVersion)}${place}/${scalarText(resource['name'] ?? null)}/${encodeURIComponent(name)}`;
    },
  };
}

/** `pods/log` and the like. */
function isPart(resource: JsonObject): boolean {
  return scalarText(resource['name'] ?? null).includes('/');
}

export function groupPath(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

async function askGroup(api: ClusterApi, apiVersion: string, signal: AbortSignal): Promise<readonly JsonObject[]> {
  const answer = await api.ask({ path: groupPath(apiVersion) }, signal);
  const resources = isOk(answer) ? member(answer.body, 'resources') : null;
  return (isJsonArray(resources) ? resources : []).filter(isJsonObject);
}
