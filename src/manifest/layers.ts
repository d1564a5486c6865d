/**
 * Layers: the files that make up one environment, from the base to the environment itself. A path into the merged
 * values leads back to the last file that sets it; nothing is computed until somebody asks.
 */
import { isJsonObject, type Json, type JsonObject } from '../model/json.ts';
import type { SourceRange } from '../model/source.ts';
import { memberOf, type SourceFile } from './source-file.ts';

/** Names from the top of an environment down to a value; indexes of lists as decimal text. */
export type ManifestPath = readonly string[];

export interface Layer {
  readonly file: SourceFile;
  readonly root: JsonObject;
}

/** `field` is a key with its value; `key` and `value` are the halves of it. */
export type Part = 'field' | 'key' | 'value';

/** One place at which a path is set. */
export interface Declared {
  readonly source: SourceRange;
  /** Before interpolation. */
  readonly value: Json;
  /** How much of the path leads to the value; less than all of it for a short form. */
  readonly depth: number;
}

interface Found {
  readonly layer: Layer;
  /** The value that holds the last name which was found, and that name; `null` for the top of the file. */
  readonly container: Json;
  readonly name: string | null;
  readonly value: Json;
  readonly depth: number;
}

export class Layers {
  readonly #layers: readonly Layer[];

  /** The last layer wins. */
  constructor(layers: readonly Layer[]) {
    this.#layers = layers;
  }

  get files(): readonly string[] {
    return this.#layers.map((layer) => layer.file.path);
  }

  /** Whether some layer sets exactly this path. */
  declares(path: ManifestPath): boolean {
    return this.#find(path)?.depth === path.length;
  }

  /**
   * Every place at which the path is set, the one that counts first. Where a value that is no map stands above it, that says
   * all there is to say below. Empty where nobody sets it.
   */
  declarations(path: ManifestPath): readonly Declared[] {
    const found = this.#find(path);
    if (found === null || !isSetBy(found, path)) return [];
    const earlier = this.#layers.slice(0, this.#layers.indexOf(found.layer)).toReversed();
    return [found, ...earlier.map((layer) => descend(layer, path)).filter((other) => isSetBy(other, path))].map(
      ({ layer, container, name, value, depth }) => {
        const offsets = name === null ? null : layer.file.member(container, name);
        const [start, , , end] = offsets ?? [0, 0, 0, 0];
        const source = layer.file.range(start, Math.max(offsets?.[1] ?? 0, end));
        return { source, value, depth };
      },
    );
  }

  /** Where the value stands. What is not declared is where the nearest declared thing around it is: at its key. */
  locate(path: ManifestPath, part: Part): SourceRange | null {
    const found = this.#find(path);
    if (found === null) return null;
    const { layer, container, name, depth } = found;
    const offsets = name === null ? null : layer.file.member(container, name);
    if (offsets === null) return layer.file.range(0, 0);
    const [keyStart, keyEnd, valueStart, valueEnd] = offsets;
    if (part === 'field') return layer.file.range(keyStart, Math.max(keyEnd, valueEnd));
    if (part === 'key' || depth < path.length) return layer.file.range(keyStart, keyEnd);
    return layer.file.range(valueStart, valueEnd);
  }

  /** Where `text` stands inside the scalar at this path; the scalar itself where its source is written otherwise. */
  locateText(path: ManifestPath, text: string): SourceRange | null {
    const found = this.#find(path);
    const offsets = found === null || found.name === null ? null : found.layer.file.member(found.container, found.name);
    if (found === null || offsets === null || found.depth < path.length) return this.locate(path, 'value');
    const [, , start, end] = offsets;
    const offset = found.layer.file.text.slice(start, end).indexOf(text);
    if (offset === -1) return this.locate(path, 'value');
    return found.layer.file.range(start + offset, start + offset + text.length);
  }

  /** A scalar as it is written in the file: `1.10` is the number 1.1, but the text 1.10. */
  textOf(path: ManifestPath): string | null {
    const found = this.#find(path);
    if (found === null || found.name === null || found.depth < path.length) return null;
    const offsets = found.layer.file.member(found.container, found.name);
    return offsets === null ? null : found.layer.file.text.slice(offsets[2], offsets[3]);
  }

  /** The value as declared, before interpolation. */
  valueOf(path: ManifestPath): Json {
    const found = this.#find(path);
    return found === null || found.depth < path.length ? null : found.value;
  }

  /** The file that sets the value, relative to the root: relative paths in it are relative to this file. */
  fileOf(path: ManifestPath): string {
    return this.#find(path)?.layer.file.path ?? this.#layers[0]?.file.path ?? '';
  }

  /**
   * In the last layer that has all of the path, else in the one that has most of it. Only maps are merged: under a value
   * of any other kind nothing of the earlier layers is left.
   */
  #find(path: ManifestPath): Found | null {
    let best: Found | null = null;
    for (let index = this.#layers.length - 1; index >= 0; index -= 1) {
      const layer = this.#layers[index];
      if (layer === undefined) continue;
      const found = descend(layer, path);
      if (found.depth === path.length || !isJsonObject(found.value)) return found;
      if (best === null || found.depth > best.depth) best = found;
    }
    return best;
  }
}

function isSetBy({ value, depth }: Found, path: ManifestPath): boolean {
  return depth === path.length || (depth > 0 && typeof value === 'string');
}

function descend(layer: Layer, path: ManifestPath): Found {
  let [container, value, name]: [Json, Json, string | null] = [null, layer.root, null];
  for (const [depth, segment] of path.entries()) {
    const key: string = Array.isArray(value) ? itemFor(value, segment) : segment;
    const next: Json | undefined = memberOf(value, key);
    if (next === undefined) return { layer, container, name, value, depth };
    [container, value, name] = [value, next, key];
  }
  return { layer, container, name, value, depth: path.length };
}

/** Items are found by index, and by what they name: `KEY=value` and plain names. */
function itemFor(list: readonly Json[], segment: string): string {
  const index = list.findIndex(
    (item) => typeof item === 'string' && (item === segment || item.startsWith(`${segment}=`)),
  );
  return index === -1 ? segment : String(index);
}
