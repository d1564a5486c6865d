/** In some maps a key without a value is something with all defaults, as in Compose: `volumes: { data: }`. */
import { isJsonObject, type Json, type JsonObject } from '../model/json.ts';
import type { ManifestPath } from './layers.ts';

/** Hears of each entry without a value. */
type OnEmpty = (path: ManifestPath) => void;

const RUN: ReadonlySet<string> = new Set(['services', 'vms', 'clusters']);

/** The same values with `{}` for each such entry; what has none is not copied. */
export function fillEmptyEntries(root: JsonObject, onEmpty: OnEmpty): JsonObject {
  return mapMembers(root, (value, key) => {
    if (key === 'volumes' || key === 'networks') return filled(value, [key], onEmpty);
    if (!RUN.has(key) || !isJsonObject(value)) return value;
    return mapMembers(value, (item, name) => fillRun(item, [key, name], onEmpty));
  });
}

/** What runs: its dependencies, and the networks of a service. */
function fillRun(declared: Json, path: ManifestPath, onEmpty: OnEmpty): Json {
  if (!isJsonObject(declared)) return declared;
  return mapMembers(declared, (value, key) => {
    if (key === 'dependencies') return filled(value, [...path, key], onEmpty);
    if (key !== 'networking' || !isJsonObject(value)) return value;
    return mapMembers(value, (item, name) =>
      name === 'networks' ? filled(item, [...path, key, name], onEmpty) : item,
    );
  });
}

function filled(map: Json, path: ManifestPath, onEmpty: OnEmpty): Json {
  if (!isJsonObject(map)) return map;
  return mapMembers(map, (value, key) => {
    if (value !== null) return value;
    onEmpty([...path, key]);
    return {};
  });
}

/** The same map when nothing in it changes. */
function mapMembers(map: JsonObject, change: (value: Json, key: string) => Json): JsonObject {
  let changed: { [key: string]: Json } | null = null;
  for (const key of Object.keys(map)) {
    const value = map[key] ?? null;
    const next = change(value, key);
    if (next === value) continue;
    changed ??= { ...map };
    changed[key] = next;
  }
  return changed ?? map;
}
