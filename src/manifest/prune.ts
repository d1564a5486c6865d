/**
 * Prune: values without what is wrong in them, so that the mistakes in the rest are found too. Items of lists keep their
 * places: one that is left out stays as null, see {@link itemsOf}.
 */
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../model/json.ts';
import type { ManifestPath } from './layers.ts';
import { memberOf } from './source-file.ts';

/** Lists whose items stand for themselves. Any other list is wrong as a whole when one of its items is. */
const ITEM_LISTS: ReadonlySet<string> = new Set([
  'ports',
  'volumes',
  'tmpfs',
  'endpoints',
  'config',
  'moved',
  'ignore_differences',
]);

export function prune(root: JsonObject, wrong: readonly ManifestPath[]): JsonObject {
  const pruning = new Pruning(root);
  for (const path of wrong) pruning.leaveOut(prunable(root, path));
  return pruning.root;
}

/** The items that were not left out, each with its place. */
export function itemsOf<T>(list: readonly T[] | undefined): readonly (readonly [number, T])[] {
  const items: (readonly [number, T])[] = [];
  for (const [index, item] of (list ?? []).entries()) if (!isLeftOut(item)) items.push([index, item]);
  return items;
}

function isLeftOut(item: unknown): boolean {
  return item === null;
}

/** Up to the field, or the item, that can be left out by itself. */
function prunable(root: JsonObject, path: ManifestPath): ManifestPath {
  let value: Json | undefined = root;
  for (const [depth, segment] of path.entries()) {
    if (isJsonArray(value)) return path.slice(0, ITEM_LISTS.has(path[depth - 1] ?? '') ? depth + 1 : depth);
    value = value === undefined ? undefined : memberOf(value, segment);
  }
  return path;
}

type Container = { [key: string]: Json } | Json[];

class Pruning {
  #root: { [key: string]: Json };
  /** Copies of our own, which may be changed. */
  readonly #copies = new WeakSet<object>();

  constructor(root: JsonObject) {
    this.#root = { ...root };
    this.#copies.add(this.#root);
  }

  get root(): JsonObject {
    return this.#root;
  }

  leaveOut(path: ManifestPath): void {
    const name = path.at(-1);
    if (name === undefined) return;
    let container: Container = this.#root;
    for (const segment of path.slice(0, -1)) {
      const next = this.#own(container, segment);
      if (next === null) return;
      container = next;
    }
    if (Array.isArray(container)) container[Number(name)] = null;
    else delete container[name];
  }

  /** The member as a copy that may be changed. */
  #own(container: Container, name: string): Container | null {
    const value = memberOf(container, name);
    if (!isJsonArray(value) && !isJsonObject(value)) return null;
    if (this.#copies.has(value)) return value as Container;
    const copy: Container = isJsonArray(value) ? [...value] : { ...value };
    this.#copies.add(copy);
    if (Array.isArray(container)) container[Number(name)] = copy;
    else container[name] = copy;
    return copy;
  }
}
