/**
 * Edits of YAML: one value is set or removed, and every other character stays as it is: comments, order, quoting, line
 * breaks. What comes out is read again, and is given only if it means exactly what was asked for.
 */
import { isDeepStrictEqual } from 'node:util';
import { isMap, isScalar, isSeq, type Node } from 'yaml';
import { isJsonArray, isJsonObject, type Json } from '../../model/json.ts';
import { blockText, flowText, isCollection, isEmpty, itemText, type Quoting } from './yaml-render.ts';
import { isFlow, type Slot, valueOf, YamlText } from './yaml-text.ts';

export interface YamlEdit {
  /** Names from the top down; indexes of lists as decimal text, and the length of a list for a new item. */
  readonly path: readonly string[];
  /** `undefined` removes what stands there. */
  readonly value: Json | undefined;
}

interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The text with the edit made; `null` where that cannot be done without changing what else it says. */
export function editYaml(text: string, { path, value }: YamlEdit): string | null {
  const before = new YamlText(text);
  if (before.isBroken || path.length === 0) return null;
  const expected = withValue(before.value ?? {}, path, value);
  if (expected === undefined) return null;
  if (isDeepStrictEqual(expected, before.value)) return text;
  const splice = spliceFor(before, path, value);
  if (splice === null) return null;
  const edited = breaksAs(text, text.slice(0, splice.start) + splice.text + text.slice(splice.end), splice);
  const after = new YamlText(edited);
  return !after.isBroken && isDeepStrictEqual(after.value, expected) ? edited : null;
}

/** Lines end as those of the file do. */
function breaksAs(text: string, edited: string, { start, text: inserted }: Splice): string {
  if (!text.includes('\r\n')) return edited;
  const end = start + inserted.length;
  return edited.slice(0, start) + inserted.replaceAll(/\r?\n/g, '\r\n') + edited.slice(end);
}

function spliceFor(yaml: YamlText, path: readonly string[], value: Json | undefined): Splice | null {
  const walk = yaml.walk(path);
  if (walk.isAliased) return null;
  const slot = walk.slots.at(-1);
  if (walk.slots.length === path.length && slot !== undefined) {
    return value === undefined ? removal(yaml, slot, walk.slots.at(-2)) : replacement(yaml, slot, value);
  }
  if (value === undefined) return null;
  const [name = '', ...below] = path.slice(walk.slots.length);
  const wanted = below.reduceRight<Json>((inner, key) => ({ [key]: inner }), value);
  const { value: container } = walk;
  if (isMap(container) && container.items.length > 0) {
    return newEntry(yaml, { container, index: container.items.length - 1 }, name, wanted);
  }
  if (isSeq(container) && container.items.length > 0) {
    return newItem(yaml, { container, index: container.items.length - 1 }, wanted);
  }
  const filled: Json = isSeq(container) ? [wanted] : { [name]: wanted };
  if (slot !== undefined) return replacement(yaml, slot, filled);
  return {
    start: yaml.text.length,
    end: yaml.text.length,
    text: `${lineBreak(yaml)}${blockText(filled, 0).trimStart()}\n`,
  };
}

function replacement(yaml: YamlText, slot: Slot, value: Json): Splice | null {
  const { start } = yaml.place(slot);
  const [end, old] = [Math.max(start, yaml.end(slot)), valueOf(slot)];
  const isWritten = end > start;
  if (isFlow(slot)) return { start, end, text: `${isWritten ? '' : ' '}${flowText(value, quotingOf(old))}` };
  if (isWritten && !isMultiLine(old) && (!isCollection(value) || isEmpty(value))) {
    return { start, end, text: flowText(value, quotingOf(old)) };
  }
  if (isSeq(slot.container)) {
    const columns = yaml.column(yaml.start(slot)) + 2;
    return { start: yaml.start(slot) + 1, end, text: itemText(value, columns, quotingOf(old)) };
  }
  const columns = yaml.column(yaml.start(slot)) + 2;
  return { start: yaml.keyEnd(slot) + 1, end, text: blockText(value, columns, quotingOf(old)) };
}

/** Behind the last of its kind. */
function newEntry(yaml: YamlText, last: Slot, name: string, value: Json): Splice {
  const key = flowText(name);
  if (isFlow(last)) {
    const at = yaml.end(last);
    return { start: at, end: at, text: `, ${key}: ${flowText(value)}` };
  }
  const column = yaml.column(yaml.start({ ...last, index: 0 }));
  const at = yaml.lineEnd(yaml.end(last));
  const text = `${' '.repeat(column)}${key}:${blockText(value, column + 2)}\n`;
  return { start: at, end: at, text: `${at === yaml.text.length ? lineBreak(yaml) : ''}${text}` };
}

function newItem(yaml: YamlText, last: Slot, value: Json): Splice {
  if (isFlow(last)) {
    const at = yaml.end(last);
    return { start: at, end: at, text: `, ${flowText(value, quotingOf(valueOf(last)))}` };
  }
  const column = yaml.column(yaml.start(last));
  const at = yaml.lineEnd(yaml.end(last));
  const text = `${' '.repeat(column)}-${itemText(value, column + 2, quotingOf(valueOf(last)))}\n`;
  return { start: at, end: at, text: `${at === yaml.text.length ? lineBreak(yaml) : ''}${text}` };
}

/** With its lines, or with its comma. What would leave nothing behind leaves an empty collection. */
function removal(yaml: YamlText, slot: Slot, around: Slot | undefined): Splice | null {
  const { container, index } = slot;
  if (container.items.length === 1) {
    const empty = isSeq(container) ? [] : {};
    if (around !== undefined) return replacement(yaml, around, empty);
    return { start: container.range?.[0] ?? 0, end: Math.max(yaml.end(slot), container.range?.[1] ?? 0), text: '{}\n' };
  }
  const [start, end] = [yaml.start(slot), yaml.end(slot)];
  const next = index + 1 < container.items.length ? yaml.start({ container, index: index + 1 }) : null;
  if (isFlow(slot)) {
    return next === null
      ? { start: yaml.end({ container, index: index - 1 }), end, text: '' }
      : { start, end: next, text: '' };
  }
  const isFirstInLine = yaml.text.slice(yaml.lineStart(start), start).trim() === '';
  if (isFirstInLine) return { start: yaml.lineStart(start), end: yaml.lineEnd(Math.max(start, end)), text: '' };
  return next === null ? null : { start, end: next, text: '' };
}

function isMultiLine(node: Node | null): boolean {
  if (isScalar(node)) return node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED';
  return (isMap(node) || isSeq(node)) && node.flow !== true;
}

function quotingOf(node: Node | null): Quoting {
  const type = isScalar(node) ? node.type : undefined;
  return type === 'QUOTE_SINGLE' || type === 'QUOTE_DOUBLE' ? type : 'PLAIN';
}

function lineBreak({ text }: YamlText): string {
  return text === '' || text.endsWith('\n') ? '' : '\n';
}

/** `undefined` where the path leads into something that has no such place. */
function withValue(target: Json, path: readonly string[], value: Json | undefined): Json | undefined {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  if (isJsonArray(target)) return withItem(target, Number(name), rest, value);
  if (target !== null && !isJsonObject(target)) return undefined;
  const { [name]: current = null, ...others } = target ?? {};
  if (rest.length === 0 && value === undefined) return others;
  const changed = withValue(current, rest, value);
  return changed === undefined ? undefined : { ...target, [name]: changed };
}

function withItem(
  target: readonly Json[],
  index: number,
  rest: readonly string[],
  value: Json | undefined,
): Json | undefined {
  if (!Number.isSafeInteger(index) || index < 0 || index > target.length) return undefined;
  if (rest.length === 0 && value === undefined) return target.toSpliced(index, 1);
  const changed = withValue(target[index] ?? null, rest, value);
  return changed === undefined ? undefined : target.toSpliced(index, 1, changed);
}
