/** Splices: the smallest piece of a text that has to be another for one value to be set or removed. */
import { isMap, isScalar, isSeq, type Node } from 'yaml';
import type { Json } from '../../model/json.ts';
import { blockText, flowText, isCollection, isEmpty, itemText, type Quoting } from './yaml-render.ts';
import { isFlow, type Slot, valueOf, type YamlText } from './yaml-text.ts';

export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** `undefined` removes what stands there. `null` where that cannot be done without changing what else is said. */
export function spliceFor(yaml: YamlText, path: readonly string[], value: Json | undefined): Splice | null {
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
  if (isFlow(slot)) return { start, end, text: `${isWritten ? '' : ' '}${flowText(value, quotingFor(value, old))}` };
  if (isWritten && !isMultiLine(old) && (!isCollection(value) || isEmpty(value))) {
    return { start, end, text: flowText(value, quotingFor(value, old)) };
  }
  const columns = yaml.column(yaml.start(slot)) + 2;
  const text = blockText(value, columns, quotingFor(value, old));
  const isItem = isSeq(slot.container);
  const begin = isItem ? yaml.start(slot) + 1 : yaml.keyEnd(slot) + 1;
  // A comment in the line of what becomes several lines stays in the first of them.
  const behind = text.startsWith('\n') && !isMultiLine(old) ? yaml.restOfLine(end) : '';
  if (behind.trim() !== '') return { start: begin, end: end + behind.length, text: behind + text };
  return { start: begin, end, text: isItem ? itemText(value, columns, quotingFor(value, old)) : text };
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

/** As it was; what takes the place of one text and is more than one is written as most people write it. */
function quotingFor(value: Json, old: Node | null): Quoting {
  return isCollection(value) && isScalar(old) ? 'PLAIN' : quotingOf(old);
}

function quotingOf(node: Node | null): Quoting {
  const type = isScalar(node) ? node.type : undefined;
  return type === 'QUOTE_SINGLE' || type === 'QUOTE_DOUBLE' ? type : 'PLAIN';
}

function lineBreak({ text }: YamlText): string {
  return text === '' || text.endsWith('\n') ? '' : '\n';
}
