/**
 * Edits of YAML: values are set or removed, and every other character stays as it is: comments, order, quoting, line
 * breaks. What comes out is read again, and is given only if it means exactly what was asked for.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Json } from '../../model/json.ts';
import { editsBetween } from './edits-between.ts';
import { withValue, type YamlEdit } from './edited-value.ts';
import { type Splice, spliceFor } from './yaml-splice.ts';
import { YamlText } from './yaml-text.ts';

/** The text with the edit made; `null` where that cannot be done without changing what else it says. */
export function editYaml(text: string, edit: YamlEdit): string | null {
  return edited(new YamlText(text), edit)?.text ?? null;
}

/**
 * The text with all of them made, each counting on those before it. A text takes long to read, so that they are made all at
 * once where their places do not meet, and half by half where they do.
 */
export function editYamlAll(before: YamlText, edits: readonly YamlEdit[]): YamlText | null {
  if (before.isBroken) return null;
  let expected: Json | undefined = before.value ?? {};
  for (const { path, value } of edits) {
    expected = expected === undefined || path.length === 0 ? undefined : withValue(expected, path, value);
  }
  if (expected === undefined) return null;
  const atOnce = madeAtOnce(before, expected);
  if (atOnce !== null) return atOnce;
  const [only, ...more] = edits;
  if (only === undefined || more.length === 0) return only === undefined ? before : edited(before, only);
  const half = Math.ceil(edits.length / 2);
  const first = editYamlAll(before, edits.slice(0, half));
  return first === null ? null : editYamlAll(first, edits.slice(half));
}

function madeAtOnce(before: YamlText, expected: Json): YamlText | null {
  const splices: Splice[] = [];
  for (const { path, value } of editsBetween(before.value ?? {}, expected, [])) {
    const splice = path.length === 0 ? null : spliceFor(before, path, value);
    if (splice === null) return null;
    splices.push(splice);
  }
  const inOrder = splices.toSorted((left, right) => left.start - right.start || left.end - right.end);
  if (inOrder.some(({ start }, index) => start < (inOrder[index - 1]?.end ?? 0))) return null;
  // Behind a last line that has no break each would bring its own.
  const isOpen = before.text !== '' && !before.text.endsWith('\n');
  if (isOpen && inOrder.filter(({ start }) => start === before.text.length).length > 1) return null;
  return spliced(before, inOrder, expected);
}

function edited(before: YamlText, { path, value }: YamlEdit): YamlText | null {
  if (before.isBroken || path.length === 0) return null;
  const expected = withValue(before.value ?? {}, path, value);
  if (expected === undefined) return null;
  if (isDeepStrictEqual(expected, before.value)) return before;
  const splice = spliceFor(before, path, value);
  return splice === null ? null : spliced(before, [splice], expected);
}

/** `null` where it then means anything else. */
function spliced({ text }: YamlText, splices: readonly Splice[], expected: Json): YamlText | null {
  let [made, end] = ['', 0];
  for (const splice of splices) {
    made += text.slice(end, splice.start) + breaksAs(text, splice.text);
    end = splice.end;
  }
  const after = new YamlText(made + text.slice(end));
  return !after.isBroken && isDeepStrictEqual(after.value, expected) ? after : null;
}

/** Lines end as those of the file do. */
function breaksAs(text: string, inserted: string): string {
  return text.includes('\r\n') ? inserted.replaceAll(/\r?\n/g, '\r\n') : inserted;
}
