/**
 * Inputs: the fields of resources that rest on what git is not to hold, such as secrets and variables of the process
 * environment, each with a name of how it is declared. While that name stays, whatever moved the value was no commit.
 */
import { type Address, addressOf } from '../model/address.ts';
import type { DesiredResource, Untracked } from '../model/desired.ts';
import { type FieldPath, fieldPath } from '../model/field-path.ts';
import { canonicalJson, isJsonArray, isJsonObject, type Json, type JsonObject, member } from '../model/json.ts';
import type { NamingSealer } from '../model/secret.ts';
import { typeOfCollection } from './collections.ts';
import type { InputText } from './interpolate.ts';
import type { ManifestPath } from './layers.ts';
import type { SecretTexts } from './secret-texts.ts';
import { memberOf } from './source-file.ts';

export interface InputsOfManifest {
  /** Interpolated. */
  readonly root: JsonObject;
  readonly inputs: readonly InputText[];
  readonly secrets: SecretTexts;
  readonly sealer: NamingSealer;
}

export function withInputs(
  resources: ReadonlyMap<Address, DesiredResource>,
  manifest: InputsOfManifest,
): ReadonlyMap<Address, DesiredResource> {
  if (manifest.inputs.length === 0) return resources;
  const found = new Map<Address, Map<FieldPath, Untracked>>();
  const declared = new Map(manifest.inputs.map((input) => [input.path.join('\0'), input.declared]));
  for (const { path } of manifest.inputs) {
    for (const place of placesOf(path, manifest.root)) {
      const fields = found.get(place.address) ?? new Map<FieldPath, Untracked>();
      found.set(place.address, fields);
      if (fields.has(place.field)) continue;
      const said = canonicalJson(saidAt(place.path, { ...manifest, declared }));
      fields.set(place.field, { field_path: place.field, kind: 'input', declared: manifest.sealer.name(said) });
    }
  }
  return new Map(
    [...resources].map(([address, resource]) => {
      const own = [...(found.get(address)?.values() ?? [])];
      return [address, own.length === 0 ? resource : { ...resource, untracked: [...resource.untracked, ...own] }];
    }),
  );
}

interface Place {
  readonly address: Address;
  readonly field: FieldPath;
  readonly path: ManifestPath;
}

/** Lists are compared by keys that nothing here knows, so a list counts as a whole. */
function placesOf(path: ManifestPath, root: JsonObject): readonly Place[] {
  const [collection = '', key, ...rest] = path;
  const type = typeOfCollection(collection);
  if (key === undefined) return [];
  if (collection === 'environment_variables') return sharedPlaces(key, path, root);
  if (type === null || rest.length === 0) return [];
  const whole = aboveLists(path, root);
  return [{ address: addressOf(type, key), field: fieldPath(...whole.slice(2)), path: whole }];
}

/** A variable of the whole environment is that of each service which has no own one of the name. */
function sharedPlaces(name: string, path: ManifestPath, root: JsonObject): readonly Place[] {
  const services = member(root, 'services');
  if (!isJsonObject(services)) return [];
  const field = fieldPath('environment_variables', name);
  return Object.entries(services)
    .filter(([, service]) => memberOf(member(service, 'environment_variables'), name) === undefined)
    .map(([key]) => ({ address: addressOf('service', key), field, path }));
}

function aboveLists(path: ManifestPath, root: JsonObject): ManifestPath {
  let value: Json = root;
  for (const [depth, name] of path.entries()) {
    if (isJsonArray(value)) return path.slice(0, depth);
    value = memberOf(value, name) ?? null;
  }
  return path;
}

type Said = InputsOfManifest & { readonly declared: ReadonlyMap<string, string> };

/** What the manifests say there: texts that are inputs as they are declared, sealed ones by their hashes. */
function saidAt(path: ManifestPath, manifest: Said): Json {
  const value = path.reduce<Json>((current, name) => memberOf(current, name) ?? null, manifest.root);
  const own = manifest.declared.get(path.join('\0'));
  if (own !== undefined) return own;
  if (typeof value === 'string') return manifest.secrets.leaf(value);
  if (isJsonArray(value)) return value.map((_, index) => saidAt([...path, String(index)], manifest));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.keys(value).map((key) => [key, saidAt([...path, key], manifest)]));
}
