/** Join: all files of a folder as one. Collections are joined entry by entry; anything that stands twice is an error. */
import { type Diagnostic, errorAt } from '../model/diagnostic.ts';
import { isJsonObject, type Json, type JsonObject } from '../model/json.ts';
import { formatSource } from '../model/source.ts';
import { Layers, type Layer, type ManifestPath } from './layers.ts';

/** What several files of a folder may each hold a part of. */
const COLLECTIONS: ReadonlySet<string> = new Set([
  'engines',
  'variables',
  'environment_variables',
  'services',
  'volumes',
  'networks',
  'vms',
  'clusters',
  'policies',
]);

/** So many doubles are listed: of two files with the same thousands of keys, the first ones say it. */
const MOST_DOUBLES = 200;

export interface Joined {
  readonly root: JsonObject;
  readonly diagnostics: readonly Diagnostic[];
}

export function joinLayers(layers: readonly Layer[]): Joined {
  const [only] = layers;
  if (only !== undefined && layers.length === 1) return { root: withoutSchema(only.root), diagnostics: [] };
  const root: { [key: string]: Json } = {};
  const owners = new Map<string, Layer>();
  const diagnostics: Diagnostic[] = [];

  /** Whether this layer is the first to declare the path; else the double is reported. */
  function claim(layer: Layer, path: ManifestPath): boolean {
    const id = path.join('\0');
    const first = owners.get(id);
    if (first === undefined) {
      owners.set(id, layer);
      return true;
    }
    if (diagnostics.length >= MOST_DOUBLES) return false;
    const source = new Layers([layer]).locate(path, 'key');
    const place = new Layers([first]).locate(path, 'key');
    const detail = place === null ? null : `first declared at ${formatSource(place)}`;
    diagnostics.push(errorAt('duplicate_key', source, `"${path.join('.')}" is declared twice`, detail));
    return false;
  }

  for (const layer of layers) {
    for (const [key, value] of Object.entries(withoutSchema(layer.root))) {
      const existing = root[key];
      if (!COLLECTIONS.has(key) || !isJsonObject(value) || (existing !== undefined && !isJsonObject(existing))) {
        if (claim(layer, [key])) root[key] = value;
        continue;
      }
      const collection: { [key: string]: Json } = { ...existing };
      for (const [name, entry] of Object.entries(value)) {
        if (claim(layer, [key, name])) collection[name] = entry;
      }
      owners.set(key, owners.get(key) ?? layer);
      root[key] = collection;
    }
  }
  return { root, diagnostics };
}

function withoutSchema(root: JsonObject): JsonObject {
  if (!Object.hasOwn(root, '$schema')) return root;
  const { $schema: _, ...rest } = root;
  return rest;
}
