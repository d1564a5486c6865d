/**
 * Why an object has to stay: what would go with it beyond itself. Whatever stands in it counts, whoever made it: what our addons made
 * and name no more was removed before, and is gone or on its way.
 */
import { isJsonArray, type JsonObject, member, memberAt, scalarText } from '../../../model/json.ts';
import { isNotFound, listObjects } from '../api/lists.ts';
import { nameOf } from '../ladder/nodes.ts';
import { type Applying, titleOf } from './apply-object.ts';
import { namespacedKinds } from './namespaced-kinds.ts';
import type { ObjectPlace } from './resources.ts';

/** An object that an addon names, and where the API has it. */
export interface PlacedObject {
  readonly object: ObjectPlace;
  readonly path: string;
}

export interface Removing extends Applying {
  /** All that addons name now: it never goes with anything. */
  readonly declared: readonly PlacedObject[];
  /** Their uids. */
  readonly applied: ReadonlySet<string>;
  readonly allowsLoss: boolean;
}

/** Phrases such as `Deployment theirs`; empty where nothing would. `live` is the object as it is. */
export async function holdingsOf(removing: Removing, place: ObjectPlace, live: JsonObject): Promise<readonly string[]> {
  const { apiVersion, kind, name } = place;
  const isNamespace = apiVersion === 'v1' && kind === 'Namespace';
  const isDefinition = apiVersion.startsWith('apiextensions.k8s.io/') && kind === 'CustomResourceDefinition';
  if (removing.allowsLoss) {
    const isIn = isNamespace ? isInNamespace : isDefinition ? isDefinedBy : () => false;
    return removing.declared.filter(({ path }) => isIn(path, name)).map(({ object }) => titleOf(object));
  }
  if (isNamespace) return contentsOf(removing, name);
  if (isDefinition) return instancesOf(removing, live);
  return apiVersion === 'v1' && VOLUMES.has(kind) ? ['its data'] : [];
}

const VOLUMES: ReadonlySet<string> = new Set(['PersistentVolume', 'PersistentVolumeClaim']);

function isInNamespace(path: string, namespace: string): boolean {
  return path.includes(`/namespaces/${namespace}/`);
}

/** The name of a definition is `<plural>.<group>`. */
function isDefinedBy(path: string, definition: string): boolean {
  const group = definition.slice(definition.indexOf('.') + 1);
  return path.startsWith(`/apis/${group}/`) && path.split('/').at(-2) === definition.slice(0, definition.indexOf('.'));
}

/** All kinds are asked for, one after the other: it happens once in the life of a namespace. */
async function contentsOf({ api, signal }: Removing, namespace: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { kind, listIn } of await namespacedKinds(api, signal))
    found.push(...standing(kind, await itemsAt({ api, signal }, listIn(namespace))));
  return found;
}

/** None of a kind that was taken away since it was named. */
async function itemsAt(
  { api, signal }: Pick<Removing, 'api' | 'signal'>,
  path: string,
): Promise<readonly JsonObject[]> {
  try {
    return (await listObjects(api, path, signal)).items;
  } catch (error) {
    if (isNotFound(error)) return [];
    throw error;
  }
}

async function instancesOf({ api, signal }: Removing, definition: JsonObject): Promise<readonly string[]> {
  const [spec, versions] = [member(definition, 'spec'), memberAt(definition, 'spec', 'versions')];
  const served = (isJsonArray(versions) ? versions : []).find((version) => member(version, 'served') === true);
  const [group, plural] = [member(spec, 'group'), memberAt(spec, 'names', 'plural')];
  // The server keeps objects that it shows to nobody.
  if (served === undefined || typeof group !== 'string' || typeof plural !== 'string')
    return ['objects that are not shown'];
  const path = `/apis/${group}/${scalarText(member(served, 'name'))}/${plural}`;
  return standing(scalarText(memberAt(spec, 'names', 'kind')), await itemsAt({ api, signal }, path));
}

function standing(kind: string, items: readonly JsonObject[]): readonly string[] {
  return items.filter((item) => VOLUMES.has(kind) || !goesAnyway(kind, item)).map((item) => `${kind} ${nameOf(item)}`);
}

/** On its way out already, put into each namespace by the control plane, or of another object, which is looked at itself. */
function goesAnyway(kind: string, item: JsonObject): boolean {
  if (typeof memberAt(item, 'metadata', 'deletionTimestamp') === 'string') return true;
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
