/**
 * One parsed file: its values as plain JSON, and where each of them stands. Positions are numbers in one array beside
 * the values, not objects on them, because a repo has many values and few of them are ever asked about.
 */
import { isJsonArray, isJsonObject, type Json } from '../model/json.ts';
import type { Position, SourceRange } from '../model/source.ts';

/** Offsets per member: where its key begins and ends, where its value begins and ends. */
const SLOTS = 4;

/** A map of so many keys is searched in order; a larger one gets an index when it is first asked. */
const SMALL_MAP = 8;

export class SourceFile {
  /** Relative to the root of the repo, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly #lineStarts: readonly number[];
  readonly #offsets: number[] = [];
  readonly #firstSlot = new Map<object, number>();
  readonly #keys = new Map<object, readonly string[]>();
  readonly #ordinals = new Map<object, ReadonlyMap<string, number>>();

  constructor(path: string, text: string, lineStarts: readonly number[]) {
    this.path = path;
    this.text = text;
    this.#lineStarts = lineStarts;
  }

  /** Makes room for the members of a map or list. */
  reserve(container: object, members: number): void {
    this.#firstSlot.set(container, this.#offsets.length);
    for (let slot = members * SLOTS; slot > 0; slot -= 1) this.#offsets.push(0);
  }

  /** The order of the keys of a map in the file, where it is not the order of the object. */
  order(map: object, keys: readonly string[]): void {
    this.#keys.set(map, keys);
  }

  /** Places the member that stands at `ordinal` in the file. An item of a list is its own key. */
  place(container: object, ordinal: number, key: readonly number[], value: readonly number[]): void {
    const slot = (this.#firstSlot.get(container) ?? 0) + ordinal * SLOTS;
    this.#offsets[slot] = key[0] ?? 0;
    this.#offsets[slot + 1] = key[1] ?? 0;
    this.#offsets[slot + 2] = value[0] ?? 0;
    this.#offsets[slot + 3] = value[1] ?? 0;
  }

  /** Offsets of a member: key start, key end, value start, value end; `null` when the container is not of this file. */
  member(container: Json, name: string): readonly [number, number, number, number] | null {
    if (typeof container !== 'object' || container === null) return null;
    const first = this.#firstSlot.get(container);
    if (first === undefined) return null;
    const ordinal = Array.isArray(container) ? Number(name) : this.#ordinalOf(container, name);
    const slot = first + ordinal * SLOTS;
    const [keyStart, keyEnd, valueStart, valueEnd] = this.#offsets.slice(slot, slot + SLOTS);
    if (ordinal < 0 || keyStart === undefined || keyEnd === undefined) return null;
    return [keyStart, keyEnd, valueStart ?? keyStart, valueEnd ?? keyEnd];
  }

  range(start: number, end: number): SourceRange {
    let last = Math.max(start, Math.min(end, this.text.length));
    while (last > start && isBlank(this.text.charCodeAt(last - 1))) last -= 1;
    return { file: this.path, start: this.position(start), end: this.position(last) };
  }

  position(offset: number): Position {
    const starts = this.#lineStarts;
    let [low, high] = [0, starts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return { line: Math.max(1, low), column: offset - (starts[low - 1] ?? 0) + 1 };
  }

  #ordinalOf(container: object, name: string): number {
    // The keys of a large map are listed once: each service of a thousand is looked for in it.
    const known = this.#ordinals.get(container);
    if (known !== undefined) return known.get(name) ?? -1;
    const keys = this.#keys.get(container) ?? Object.keys(container);
    if (keys.length <= SMALL_MAP) return keys.indexOf(name);
    const ordinals = new Map(keys.map((key, ordinal) => [key, ordinal]));
    this.#ordinals.set(container, ordinals);
    return ordinals.get(name) ?? -1;
  }
}

/** The member of a map, or the item of a list; `undefined` where there is none. */
export function memberOf(container: Json, name: string): Json | undefined {
  if (isJsonArray(container)) return /^\d+$/.test(name) ? container[Number(name)] : undefined;
  return isJsonObject(container) && Object.hasOwn(container, name) ? container[name] : undefined;
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}
