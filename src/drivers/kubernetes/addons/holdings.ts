/** What would go with an object beyond what our addons have made: phrases such as `Deployment theirs`. */
import {
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  member,
  memberAt,
  scalarText,
} from '../../../model/json.ts';
import { isOk } from '../api/answer.ts';
import { listObjects, readObject } from '../api/lists.ts';
import { nameOf } from '../ladder/nodes.ts';
import type { Applying } from './apply-object.ts';
import { keyOfPlace, type NotedObject } from './inventory.ts';

export interface Removing extends Applying {
  /** Keys of all that our addons have made. */
  readonly ours: ReadonlySet<string>;
  readonly allowsLoss: boolean;
}

const VOLUMES: ReadonlySet<string> = new Set(['PersistentVolume', 'PersistentVolumeClaim']);

export async function holdingsOf(removing: Removing, noted: NotedObject, path: string): Promise<readonly string[]> {
  const { apiVersion, kind, name } = noted;
  if (apiVersion === 'v1' && kind === 'Namespace') return contentsOf(removing, name);
  if (apiVersion === 'v1' && VOLUMES.has(kind)) return ['its data'];
  if (apiVersion.startsWith('apiextensions.k8s.io/') && kind === 'CustomResourceDefinition')
    return instancesOf(removing, path);
  return [];
}

/** All kinds are asked for, one after the other: it happens once in the life of a namespace. */
async function contentsOf(removing: Removing, namespace: string): Promise<readonly string[]> {
  const { api, signal } = removing;
  const found: string[] = [];
  for (const groupPath of await groupPaths(removing))
    for (const resource of await resourcesIn(removing, groupPath)) {
      const plural = scalarText(member(resource, 'name'));
      const { items } = await listObjects(api, `${groupPath}/namespaces/${namespace}/${plural}`, signal);
      found.push(...foreign(removing, resource, groupPath, items));
    }
  return found;
}

async function groupPaths({ api, signal }: Removing): Promise<readonly string[]> {
  const groups = member((await api.ask({ path: '/apis' }, signal)).body, 'groups');
  const versions = (isJsonArray(groups) ? groups : []).map((group) =>
    memberAt(group, 'preferredVersion', 'groupVersion'),
  );
  return ['/api/v1', ...versions.flatMap((version) => (typeof version === 'string' ? [`/apis/${version}`] : []))];
}

/** Those that stand in namespaces, and can be listed and removed: others are made up when they are asked for. */
async function resourcesIn({ api, signal }: Removing, groupPath: string): Promise<readonly JsonObject[]> {
  const answer = await api.ask({ path: groupPath }, signal);
  const resources = isOk(answer) ? member(answer.body, 'resources') : null;
  return (isJsonArray(resources) ? resources : []).filter(isJsonObject).filter((resource) => {
    const verbs = member(resource, 'verbs');
    const can = (verb: string): boolean => isJsonArray(verbs) && verbs.includes(verb);
    const isPart = scalarText(member(resource, 'name')).includes('/');
    return member(resource, 'namespaced') === true && !isPart && can('list') && can('delete');
  });
}

async function instancesOf(removing: Removing, path: string): Promise<readonly string[]> {
  const { api, signal } = removing;
  const definition = await readObject(api, path, signal);
  const [spec, versions] = [member(definition, 'spec'), memberAt(definition, 'spec', 'versions')];
  const served = (isJsonArray(versions) ? versions : []).find((version) => member(version, 'served') === true);
  const [group, plural] = [member(spec, 'group'), memberAt(spec, 'names', 'plural')];
  if (served === undefined || typeof group !== 'string' || typeof plural !== 'string') return [];
  const groupPath = `/apis/${group}/${scalarText(member(served, 'name'))}`;
  const { items } = await listObjects(api, `${groupPath}/${plural}`, signal);
  return foreign(removing, { kind: memberAt(spec, 'names', 'kind') }, groupPath, items);
}

function foreign(
  { ours }: Removing,
  resource: Json,
  groupPath: string,
  items: readonly JsonObject[],
): readonly string[] {
  const kind = scalarText(member(resource, 'kind'));
  const apiVersion = groupPath.replace(/^\/apis?\//, '');
  return items
    .filter((item) => {
      const namespace = memberAt(item, 'metadata', 'namespace');
      const place = {
        apiVersion,
        kind,
        name: nameOf(item),
        namespace: typeof namespace === 'string' ? namespace : null,
      };
      return !ours.has(keyOfPlace(place)) && !isOfEveryNamespace(kind, item);
    })
    .map((item) => `${kind} ${nameOf(item)}`);
}

/** What the control plane puts into each, and what belongs to another object, which is looked at itself. */
function isOfEveryNamespace(kind: string, item: JsonObject): boolean {
  const owners = memberAt(item, 'metadata', 'ownerReferences');
  if (isJsonArray(owners) && owners.length > 0) return true;
  return MADE_BY_ITSELF.has(kind) || MADE_BY_ITSELF.has(`${kind} ${nameOf(item)}`);
}

const MADE_BY_ITSELF: ReadonlySet<string> = new Set([
  'ConfigMap kube-root-ca.crt',
  'Endpoints',
  'EndpointSlice',
  'Event',
  'ServiceAccount default',
]);
