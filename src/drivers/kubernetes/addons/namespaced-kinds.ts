/**
 * Every kind of which objects stand in namespaces, as the API tells: each once, whichever versions of its group have it. Rejects where
 * the API tells a part only: what it does not name would count as not there.
 */
import { TrueupError } from '../../../model/failure.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject, member, scalarText } from '../../../model/json.ts';
import type { ClusterApi } from '../api/answer.ts';
import { readObject } from '../api/lists.ts';

export interface NamespacedKind {
  readonly kind: string;
  /** The path of those in one namespace. */
  readonly listIn: (namespace: string) => string;
}

export async function namespacedKinds(api: ClusterApi, signal: AbortSignal): Promise<readonly NamespacedKind[]> {
  const core = kindsAt('/api/v1', await readObject(api, '/api/v1', signal));
  const found = [...core.values()];
  if (found.length === 0) throw toldNothing(api, '/api/v1');
  const root = await readObject(api, '/apis', signal);
  if (root === null) throw toldNothing(api, '/apis');
  for (const group of listAt(root, 'groups')) {
    const kinds = new Map<string, NamespacedKind>();
    for (const version of listAt(group, 'versions')) {
      const path = `/apis/${scalarText(member(version, 'groupVersion'))}`;
      // One that is not found was taken away since it was named.
      for (const [plural, kind] of kindsAt(path, await readObject(api, path, signal)))
        if (!kinds.has(plural)) kinds.set(plural, kind);
    }
    found.push(...kinds.values());
  }
  return found;
}

/** By their plurals those that can be listed and removed: others are made up when they are asked for. */
function kindsAt(path: string, told: JsonObject | null): ReadonlyMap<string, NamespacedKind> {
  const standing = listAt(told, 'resources').filter((resource) => {
    const verbs = listAt(resource, 'verbs');
    const isPart = scalarText(member(resource, 'name')).includes('/');
    return member(resource, 'namespaced') === true && !isPart && verbs.includes('list') && verbs.includes('delete');
  });
  return new Map(
    standing.filter(isJsonObject).map((resource) => {
      const plural = scalarText(member(resource, 'name'));
      const kind: NamespacedKind = {
        kind: scalarText(member(resource, 'kind')),
        listIn: (namespace) => `${path}/namespaces/${namespace}/${plural}`,
      };
      return [plural, kind] as const;
    }),
  );
}

function listAt(value: Json, name: string): readonly Json[] {
  const list = member(value, name);
  return isJsonArray(list) ? list : [];
}

function toldNothing({ server }: ClusterApi, path: string): TrueupError {
  return new TrueupError('engine_unreachable', `the API server ${server} does not tell what it has at ${path}`, {
    fields: { server, path, status: 404 },
  });
}
