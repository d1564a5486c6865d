/** A YAML text with the places of its nodes: what an edit looks at. Offsets count UTF-16 code units. */
import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, parseDocument, type YAMLMap, type YAMLSeq } from 'yaml';
import { isJsonObject, type Json } from '../../model/json.ts';

/** From its first character up to behind its last; the blanks and the comment behind it are no part of it. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/** An entry of a map, or an item of a list: what holds a value. */
export interface Slot {
  readonly container: YAMLMap | YAMLSeq;
  readonly index: number;
}

/** How far a path leads: the slots on the way, outermost first. */
export interface Walk {
  readonly slots: readonly Slot[];
  /** `null` where a value is an alias, and so stands somewhere else too. */
  readonly value: Node | null;
  readonly isAliased: boolean;
}

export class YamlText {
  readonly text: string;
  /** What the text means; `null` where it cannot be read. */
  readonly value: Json;
  readonly isBroken: boolean;
  readonly #root: Node | null;

  constructor(text: string) {
    this.text = text;
    const document = parseDocument(text, {
      schema: 'core',
      merge: false,
      resolveKnownTags: false,
      keepSourceTokens: true,
    });
    this.isBroken = document.errors.length > 0;
    this.#root = document.contents;
    const value: unknown = this.isBroken ? null : document.toJS({ maxAliasCount: 100_000 });
    this.value = isJson(value) ? value : null;
  }

  walk(path: readonly string[]): Walk {
    const slots: Slot[] = [];
    let value = this.#root;
    for (const name of path) {
      if (isAlias(value)) return { slots, value: null, isAliased: true };
      const slot = slotOf(value, name);
      if (slot === null) break;
      slots.push(slot);
      value = valueOf(slot);
    }
    return { slots, value, isAliased: false };
  }

  /** Where the value of a slot stands: where it would, if it has none. */
  place(slot: Slot): Place {
    const value = valueOf(slot);
    const [start, end] = value?.range ?? [];
    if (start !== undefined && end !== undefined) return { start, end };
    const behind = this.keyEnd(slot) + 1;
    return { start: behind, end: behind };
  }

  /** Where the slot begins: at the key of an entry, and at the dash, or in braces at the value, of an item. */
  start(slot: Slot): number {
    const { container, index } = slot;
    if (isMap(container)) return rangeOf(pairAt(container, index)?.key).start;
    const { start } = this.place(slot);
    return container.flow === true ? start : this.text.lastIndexOf('-', start - 1);
  }

  /** Behind its last character, the line break of a block not counted. */
  end(slot: Slot): number {
    const { start, end } = this.place(slot);
    let last = end;
    while (last > start && /\s/.test(this.text.charAt(last - 1))) last -= 1;
    return last;
  }

  keyEnd({ container, index }: Slot): number {
    const key = isMap(container) ? pairAt(container, index)?.key : null;
    return this.text.indexOf(':', rangeOf(key).end);
  }

  /** The start of the line that holds the offset. */
  lineStart(offset: number): number {
    return this.text.lastIndexOf('\n', offset - 1) + 1;
  }

  /** Behind the line break of the line that holds the offset. */
  lineEnd(offset: number): number {
    const found = this.text.indexOf('\n', offset);
    return found === -1 ? this.text.length : found + 1;
  }

  /** From the offset up to the line break. */
  restOfLine(offset: number): string {
    const line = this.text.slice(offset, this.lineEnd(offset));
    return line.replace(/\r?\n$/, '');
  }

  column(offset: number): number {
    return offset - this.lineStart(offset);
  }
}

export function isFlow({ container }: Slot): boolean {
  return container.flow === true;
}

export function valueOf({ container, index }: Slot): Node | null {
  const value: unknown = isMap(container) ? pairAt(container, index)?.value : container.items[index];
  return isScalar(value) || isMap(value) || isSeq(value) || isAlias(value) ? value : null;
}

function pairAt(container: YAMLMap, index: number): Pair | undefined {
  return container.items[index];
}

function slotOf(value: Node | null, name: string): Slot | null {
  if (isMap(value)) {
    const index = value.items.findIndex(({ key }) => isScalar(key) && key.value === name);
    return index === -1 ? null : { container: value, index };
  }
  const index = isSeq(value) && /^\d+$/.test(name) ? Number(name) : -1;
  return isSeq(value) && index >= 0 && index < value.items.length ? { container: value, index } : null;
}

function rangeOf(node: unknown): Place {
  const [start = 0, end = start] =
    isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? (node.range ?? []) : [];
  return { start, end };
}

function isJson(value: unknown): value is Json {
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return true;
  if (Array.isArray(value)) return value.every(isJson);
  return typeof value === 'object' && isJsonObject(value) && Object.values(value).every(isJson);
}
