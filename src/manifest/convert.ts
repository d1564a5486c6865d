/** From YAML nodes to plain values. What YAML allows and manifests do not is said here, at its place. */
import { type Alias, isAlias, isMap, isScalar, isSeq, type Scalar, type YAMLMap, type YAMLSeq } from 'yaml';
import type { DiagnosticCode } from '../model/codes.ts';
import { type Diagnostic, errorAt } from '../model/diagnostic.ts';
import type { Json } from '../model/json.ts';
import { formatSource } from '../model/source.ts';
import type { SourceFile } from './source-file.ts';

const MAX_DEPTH = 64;

/** Aliases may stand for at most so many values in all: enough for any manifest, too few for a bomb. */
const MAX_ALIASED_VALUES = 100_000;

export interface Converted {
  readonly value: Json;
  readonly diagnostics: readonly Diagnostic[];
}

export function convertDocument(contents: unknown, file: SourceFile): Converted {
  const converter = new Converter(file);
  return { value: converter.convert(contents, 0), diagnostics: converter.diagnostics };
}

interface Anchored {
  readonly value: Json;
  readonly count: number;
}

class Converter {
  readonly diagnostics: Diagnostic[] = [];
  readonly #file: SourceFile;
  /** `null` while the anchored value is itself being read. */
  readonly #anchors = new Map<string, Anchored | null>();
  #count = 0;
  #aliased = 0;

  constructor(file: SourceFile) {
    this.#file = file;
  }

  convert(node: unknown, depth: number): Json {
    if (isAlias(node)) return this.#alias(node);
    const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined;
    if (anchor === undefined) return this.#content(node, depth);
    const before = this.#count;
    this.#anchors.set(anchor, null);
    const value = this.#content(node, depth);
    this.#anchors.set(anchor, { value, count: this.#count - before });
    return value;
  }

  #content(node: unknown, depth: number): Json {
    this.#count += 1;
    if (isScalar(node)) return this.#scalar(node);
    if (!isMap(node) && !isSeq(node)) return null;
    if (depth >= MAX_DEPTH) {
      this.#error('invalid_yaml', node, 'values are nested too deeply', `at most ${MAX_DEPTH} levels are read`);
      return null;
    }
    return isMap(node) ? this.#map(node, depth) : this.#list(node, depth);
  }

  #scalar(node: Scalar): Json {
    const { value } = node;
    if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      return value;
    }
    return null;
  }

  /** The same value again, not a copy: nothing changes values in place, and a copy is what makes bombs explode. */
  #alias(node: Alias): Json {
    const anchored = this.#anchors.get(node.source);
    if (anchored === undefined) {
      // It may be a secret that begins so: its name is not repeated.
      const detail = 'put a text that begins with `*` in quotes';
      this.#error('invalid_yaml', node, 'this alias has no anchor before it', detail);
      return null;
    }
    if (anchored === null) {
      this.#error('invalid_yaml', node, `the alias *${node.source} refers to a value that contains it`);
      return null;
    }
    this.#count += anchored.count;
    const before = this.#aliased;
    this.#aliased += anchored.count;
    if (this.#aliased <= MAX_ALIASED_VALUES) return anchored.value;
    if (before <= MAX_ALIASED_VALUES) {
      const detail = `all aliases of a file may stand for at most ${MAX_ALIASED_VALUES} values`;
      this.#error('invalid_yaml', node, 'aliases stand for too many values', detail);
    }
    return null;
  }

  #list(node: YAMLSeq, depth: number): Json {
    const list: Json[] = [];
    this.#file.reserve(list, node.items.length);
    for (const [ordinal, item] of node.items.entries()) {
      const offsets = offsetsOf(item);
      this.#file.place(list, ordinal, offsets, offsets);
      list.push(this.convert(item, depth + 1));
    }
    return list;
  }

  #map(node: YAMLMap, depth: number): Json {
    const map: { [key: string]: Json } = {};
    this.#file.reserve(map, node.items.length);
    let [ordinal, isInOrder] = [0, true];
    for (const pair of node.items) {
      const key = this.#key(pair.key);
      if (key === null) continue;
      if (Object.hasOwn(map, key)) {
        this.#duplicate(key, pair.key, node);
        continue;
      }
      const place = offsetsOf(pair.key);
      this.#file.place(
        map,
        ordinal,
        place,
        pair.value === null ? [place[1] ?? 0, place[1] ?? 0] : offsetsOf(pair.value),
      );
      if (isIndex(key)) isInOrder = false;
      // Set before the value is known, so that the order of keys is that of the file.
      map[key] = null;
      map[key] = this.convert(pair.value, depth + 1);
      ordinal += 1;
    }
    if (!isInOrder) this.#file.order(map, orderOf(node));
    return map;
  }

  #key(node: unknown): string | null {
    const key = isScalar(node) ? node.value : node;
    if (key === '<<') {
      this.#error(
        'invalid_yaml',
        node,
        'merge keys (`<<`) are not part of YAML 1.2',
        'write the keys out, or use `extends`',
      );
      return null;
    }
    if (key === '__proto__') {
      this.#error('invalid_name', node, '"__proto__" is not allowed as a key');
      return null;
    }
    if (typeof key === 'string') return key;
    if (key === null) this.#error('invalid_yaml', node, 'a key is missing in front of the colon');
    else if (typeof key === 'number' || typeof key === 'boolean') {
      this.#error(
        'invalid_yaml',
        node,
        `a key must be text, not the ${typeof key} ${key}`,
        `write it in quotes: "${key}":`,
      );
    } else this.#error('invalid_yaml', node, 'a key must be text');
    return null;
  }

  #duplicate(key: string, node: unknown, map: YAMLMap): void {
    const first = map.items.find((pair) => isScalar(pair.key) && pair.key.value === key);
    const [start = 0, end = start] = offsetsOf(first?.key);
    const detail = `first declared at ${formatSource(this.#file.range(start, end))}`;
    this.#error('duplicate_key', node, `"${key}" is declared twice`, detail);
  }

  #error(code: DiagnosticCode, node: unknown, summary: string, detail: string | null = null): void {
    const [start = 0, end = start] = offsetsOf(node);
    this.diagnostics.push(errorAt(code, this.#file.range(start, end), summary, detail));
  }
}

/** The usable keys of a map, each once, in the order of the file. */
function orderOf(node: YAMLMap): readonly string[] {
  const keys = new Set<string>();
  for (const { key } of node.items) {
    const name: unknown = isScalar(key) ? key.value : null;
    if (typeof name === 'string' && name !== '__proto__' && name !== '<<') keys.add(name);
  }
  return [...keys];
}

/** Keys that an object keeps in front of all others, whatever their order in the file. */
function isIndex(key: string): boolean {
  const code = key.charCodeAt(0);
  return code >= 0x30 && code <= 0x39 && /^\d+$/.test(key);
}

const NOWHERE: readonly number[] = [0, 0];

function offsetsOf(node: unknown): readonly number[] {
  if (!isScalar(node) && !isMap(node) && !isSeq(node) && !isAlias(node)) return NOWHERE;
  return node.range ?? NOWHERE;
}
