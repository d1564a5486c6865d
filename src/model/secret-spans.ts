/**
 * Where secrets stand in a text or in the words of a command, as far as these tell: behind an option that asks for one, in a
 * setting, in a URL. In the text of a shell a secret ends with its word; a word of a list is one to its end. Takes time in
 * proportion to the words.
 */
import { tellsWithin } from './looks-secret.ts';
import { assignmentsIn, connectionPartsIn, type NamedPart } from './named-parts.ts';
import { secretEnds } from './secret-ends.ts';
import { credentialsIn, hasSecretShape, proofsIn } from './secret-shapes.ts';
import { shellCommands } from './shell-commands.ts';

export interface Span {
  readonly start: number;
  readonly end: number;
  /** What it is called, as the words say. */
  readonly name: string;
}

/** In the order of the text; none in the middle of another. */
export function secretSpans(text: string): readonly Span[] {
  return withShapes(text, [...partsOf(text)]);
}

/** Of each of the words, as they stand in a list: nothing in them ends a word. */
export function secretSpansOf(words: readonly string[]): readonly (readonly Span[])[] {
  const ends = secretEnds(words);
  return words.map((word, index) => {
    const end = ends[index] ?? null;
    // What may be the text of a shell is looked at as one too: nobody says which words are.
    return isScript(words, index) || end === null ? secretSpans(word) : withShapes(word, [...partsOf(word), end]);
  });
}

/** Behind `sh -c`, or where the shell is the entrypoint: what is set there ends with its word. */
function isScript(words: readonly string[], index: number): boolean {
  const [before, word = ''] = [words[index - 1], words[index]];
  if (!/\s/.test(word)) return false;
  return before === undefined ? !word.startsWith('-') : before === 'CMD-SHELL' || /^-[a-z]{0,4}c$/.test(before);
}

/** The parts, and tokens that show by themselves what they are. */
function withShapes(text: string, found: readonly NamedPart[]): readonly Span[] {
  const parts = apart(found.map(({ name, value, start }) => ({ name: bare(name), start, end: start + value.length })));
  const words = without(parts, [...wordsWithShape(text)]);
  if (parts.length + words.length > 0) return apart([...parts, ...words]);
  return hasSecretShape(text) ? [{ name: 'secret', start: 0, end: text.length }] : [];
}

/** `-Dpassword` is Java's way to set `password`. */
function bare(option: string): string {
  return option.replace(/^-+(D(?=[a-z]))?/, '');
}

function* wordsWithShape(text: string): Generator<Span> {
  for (const { 0: word, index } of text.matchAll(/[^\s"']+/g)) {
    if (hasSecretShape(word)) yield { name: 'token', start: index, end: index + word.length };
  }
}

/** Those in which none of the parts is; both are in order. */
function without(parts: readonly Span[], words: readonly Span[]): readonly Span[] {
  let next = 0;
  return words.filter(({ start, end }) => {
    while (next < parts.length && (parts[next]?.end ?? 0) <= start) next += 1;
    return (parts[next]?.start ?? end) >= end;
  });
}

function* partsOf(text: string): Generator<NamedPart> {
  yield* credentialsIn(text);
  yield* proofsIn(text);
  for (const part of connectionPartsIn(text)) if (tellsWithin(part.name, part.value)) yield part;
  for (const part of assignmentsIn(text)) if (tellsWithin(part.name, part.value)) yield part;
  yield* partsOfScript(text, 0, DEEPEST);
}

/** How often a shell is given a text for a shell. */
const DEEPEST = 4;

function* partsOfScript(text: string, from: number, depth: number): Generator<NamedPart> {
  for (const words of shellCommands(text)) {
    const ends = secretEnds(words.map((word) => word.text));
    for (const [index, word] of words.entries()) {
      const end = ends[index] ?? null;
      if (end !== null) yield { ...end, start: from + word.start + end.start };
      if (depth > 0 && /\s/.test(word.text)) yield* partsWithin(word.text, from + word.start, depth - 1);
    }
  }
}

/** Of a word in quotes, or with quotes in it. */
function* partsWithin(word: string, from: number, depth: number): Generator<NamedPart> {
  for (const part of connectionPartsIn(word)) {
    if (tellsWithin(part.name, part.value)) yield { ...part, start: from + part.start };
  }
  // An apostrophe is a quote that nobody closes.
  const inside = /\s/.test(word.slice(0, word.search(/["']|$/))) ? 0 : word.search(/["']|$/) + 1;
  const start = inside > word.length ? 0 : inside;
  yield* partsOfScript(word.slice(start), from + start, depth);
}

/** Those that overlap are one, called like the first of them. */
export function apart(spans: readonly Span[]): readonly Span[] {
  const kept: Span[] = [];
  for (const span of spans.toSorted((left, right) => left.start - right.start || right.end - left.end)) {
    const last = kept.at(-1);
    if (last === undefined || span.start >= last.end) kept.push(span);
    else if (span.end > last.end) kept[kept.length - 1] = { ...last, end: span.end };
  }
  return kept;
}
