/** An API server that keeps what it is given, of the few kinds that it knows: what is removed is gone at once. */
import type { ApiAnswer, ClusterApi } from '../../../../src/drivers/kubernetes/api/answer.ts';
import { isJsonObject, type Json, type JsonObject, memberAt } from '../../../../src/model/json.ts';
import { answer } from './scripted-api.ts';

export interface KeepingApi extends ClusterApi {
  /** Puts one where it was, or makes it; nobody's fields are managed but those that it says. */
  put(path: string, object: JsonObject): void;
  drop(path: string): void;
  has(path: string): boolean;
  /** From now on a GET of the path has this answer; `null` for its own. */
  fail(path: string, instead: (() => ApiAnswer) | null): void;
}

const GROUPS: Readonly<Record<string, JsonObject>> = {
  '/api/v1': told(
    ['configmaps', 'ConfigMap'],
    ['persistentvolumeclaims', 'PersistentVolumeClaim'],
    ['secrets', 'Secret'],
    ['namespaces', 'Namespace', false],
  ),
  '/apis/x.io/v1': told(['widgets', 'Widget']),
  '/apis/x.io/v1alpha1': told(['widgets', 'Widget'], ['gadgets', 'Gadget']),
  '/apis/apiextensions.k8s.io/v1': told(['customresourcedefinitions', 'CustomResourceDefinition', false]),
  '/apis': { groups: [group('x.io', 'v1', 'v1alpha1'), group('apiextensions.k8s.io', 'v1')] },
};

export function keepingApi(): KeepingApi {
  const objects = new Map<string, JsonObject>();
  const failing = new Map<string, () => ApiAnswer>();
  let made = 0;
  const put = (path: string, object: JsonObject): void => {
    const found = memberAt(objects.get(path) ?? null, 'metadata', 'uid');
    const metadata = memberAt(object, 'metadata');
    const uid = typeof found === 'string' ? found : `uid-${(made += 1)}`;
    objects.set(path, {
      ...object,
      metadata: { ...(isJsonObject(metadata) ? metadata : {}), name: path.split('/').at(-1) ?? '', uid },
    });
  };
  const answers = {
    GET: (path: string) => {
      const instead = failing.get(path);
      const found = GROUPS[path] ?? objects.get(path);
      if (instead !== undefined) return instead();
      if (found !== undefined) return answer(200, found);
      return KINDS.test(path) ? answer(200, { items: listed(objects, path) }) : NOT_FOUND;
    },
    PATCH: (path: string, body: Json) => {
      const status = objects.has(path) ? 200 : 201;
      const metadata = memberAt(body, 'metadata');
      const managedFields = [{ manager: 'trueup', operation: 'Apply', fieldsV1: {} }];
      put(path, {
        ...(isJsonObject(body) ? body : {}),
        metadata: { ...(isJsonObject(metadata) ? metadata : {}), managedFields },
      });
      return answer(status, objects.get(path) ?? null);
    },
    DELETE: (path: string, body: Json) => {
      const uid = memberAt(objects.get(path) ?? null, 'metadata', 'uid');
      const wanted = memberAt(body, 'preconditions', 'uid') ?? uid;
      if (wanted !== uid) return answer(409, { message: 'the uid in the precondition is of another' });
      if (!objects.delete(path)) return NOT_FOUND;
      for (const other of objects.keys()) if (other.includes(`${path.replace('/api/v1', '')}/`)) objects.delete(other);
      return answer(200, {});
    },
  };
  return {
    server: 'https://127.0.0.1:6443',
    async ask({ method = 'GET', path, body = null }) {
      if (method === 'POST' || method === 'PUT') return answer(405, null);
      return answers[method](path, body);
    },
    close: () => undefined,
    put,
    drop: (path) => void objects.delete(path),
    has: (path) => objects.has(path),
    fail(path, instead) {
      if (instead === null) failing.delete(path);
      else failing.set(path, instead);
    },
  };
}

const NOT_FOUND = answer(404, { message: 'not found' });

/** Where a list of a kind is asked for. */
const KINDS = /\/(configmaps|persistentvolumeclaims|secrets|widgets|gadgets)$/;

/** Of all namespaces where the path says none. */
function listed(objects: ReadonlyMap<string, JsonObject>, path: string): readonly JsonObject[] {
  const [root, plural] = [path.slice(0, path.lastIndexOf('/')), path.slice(path.lastIndexOf('/') + 1)];
  return [...objects].flatMap(([at, object]) =>
    at.startsWith(`${root}/`) && at.split('/').at(-2) === plural ? [object] : [],
  );
}

function told(...kinds: readonly (readonly [plural: string, kind: string, namespaced?: boolean])[]): JsonObject {
  const verbs = ['list', 'delete'];
  return { resources: kinds.map(([name, kind, namespaced = true]) => ({ name, kind, namespaced, verbs })) };
}

function group(name: string, ...versions: readonly string[]): JsonObject {
  return { name, versions: versions.map((version) => ({ groupVersion: `${name}/${version}` })) };
}
