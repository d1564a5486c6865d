/**
 * Where the part of a value was written that makes it other than it was: `tag` in `image: app:${tag}`, which is declared
 * among the variables. That can be told where one variable alone stands in the text, and all around it is as it was.
 */
import { type Json, scalarText } from '../model/json.ts';
import type { SourceRange } from '../model/source.ts';
import type { DeclaredIn } from './declaration.ts';
import { parseTemplate, type Substitution, type TemplatePart } from './template.ts';

/** Variables that are made of one another have an end: a circle of them is a mistake that the loader tells. */
const MOST_STEPS = 16;

/** `null` where it was written in the field itself, or nobody can tell. `declared` is the field before interpolation. */
export function writtenAt(
  declared: Json,
  before: Json,
  { layers, variables }: Pick<DeclaredIn, 'layers' | 'variables'>,
): SourceRange | null {
  let found: SourceRange | null = null;
  let [text, was]: readonly [Json, string | null] = [declared, textOf(before)];
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const around = typeof text === 'string' && was !== null ? onlyVariable(text) : null;
    if (around === null || was === null || !isAround(around, was)) return found;
    const path = ['variables', around.name];
    if (variables.originOf(around.name) !== 'manifest') return found;
    found = layers.locate(path, 'field') ?? found;
    [text, was] = [layers.valueOf(path), was.slice(around.head.length, was.length - around.tail.length)];
  }
  return found;
}

function textOf(value: Json): string | null {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? scalarText(value)
    : null;
}

interface Around {
  readonly name: string;
  readonly head: string;
  readonly tail: string;
}

/** A default that stands in the text itself may be what counts. */
function onlyVariable(text: string): Around | null {
  if (!text.includes('$')) return null;
  const parts = parseTemplate(text, true).parts ?? [];
  const [variable, ...others] = parts.filter(isSubstitution);
  if (variable === undefined || others.length > 0 || variable.operator === '+' || variable.operator === ':+')
    return null;
  const at = parts.indexOf(variable);
  const textIn = (some: readonly TemplatePart[]): string => some.filter((part) => typeof part === 'string').join('');
  return { name: variable.name, head: textIn(parts.slice(0, at)), tail: textIn(parts.slice(at + 1)) };
}

function isSubstitution(part: TemplatePart): part is Substitution {
  return typeof part !== 'string';
}

function isAround({ head, tail }: Around, text: string): boolean {
  return text.length >= head.length + tail.length && text.startsWith(head) && text.endsWith(tail);
}
