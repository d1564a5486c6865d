/**
 * Where secrets stand in the words of a command or a test, as far as the words tell: behind an option that asks for one, in a
 * setting, in a URL. Takes time in proportion to the words.
 */
import { tellsWithin } from '../../model/looks-secret.ts';
import {
  assignmentsIn,
  credentialsIn,
  hasSecretShape,
  isReference,
  type NamedPart,
  proofsIn,
} from '../../model/secret-shapes.ts';

export interface Span {
  readonly start: number;
  readonly end: number;
  /** What it is called, as the words say. */
  readonly name: string;
}

/** `--requirepass x`, `-token x`. */
const OPTION = /(?<![\w-])--?([A-Za-z][\w-]{1,60})\s{1,4}["']?([^\s"'-][^\s"']*)/g;
/** `curl -u user:x`; two numbers are the ids of a user. */
const USER = /(?<![\w-])(?:-u|--(?:proxy-)?user)[\s=]\s{0,4}["']?[^\s"':]{1,200}:([^\s"'/][^\s"']*)/g;
const IDS = /^\d+$/;
/** Programs that take it in an option of one letter. */
const SHORT: readonly (readonly [program: RegExp, option: RegExp])[] = [
  [/(?<![\w.-])(mysql|mariadb)[a-z-]{0,20}\s/, /(?<![\w-])-p([^\s"'-][^\s"']*)/g],
  [/(?<![\w.-])sshpass\s/, /(?<![\w-])-p\s{0,4}([^\s"'-][^\s"']*)/g],
  [/(?<![\w.-])redis-cli\s/, /(?<![\w-])-a\s{1,4}["']?([^\s"'-][^\s"']*)/g],
];

/** In the order of the text; none in the middle of another. */
export function secretSpans(text: string): readonly Span[] {
  const parts = apart(
    [...partsOf(text)].map(({ name, value, start }) => ({ name: bare(name), start, end: start + value.length })),
  );
  const words = without(parts, [...wordsWithShape(text)]);
  if (parts.length + words.length > 0) return apart([...parts, ...words]);
  return hasSecretShape(text) ? [{ name: 'secret', start: 0, end: text.length }] : [];
}

/** `-Dpassword` is Java's way to set `password`. */
function bare(option: string): string {
  return option.replace(/^-+(D(?=[a-z]))?/, '');
}

/** Tokens that show by themselves what they are. */
function* wordsWithShape(text: string): Generator<Span> {
  for (const { 0: word, index } of text.matchAll(/[^\s"']+/g)) {
    if (hasSecretShape(word)) yield { name: 'token', start: index, end: index + word.length };
  }
}

/** Those in which none of the parts is; both are in order. */
function without(parts: readonly Span[], words: readonly Span[]): readonly Span[] {
  let next = 0;
  return words.filter(({ start, end }) => {
    while (next < parts.length && (parts[next]?.start ?? 0) < start) next += 1;
    return (parts[next]?.start ?? end) >= end;
  });
}

function* partsOf(text: string): Generator<NamedPart> {
  yield* credentialsIn(text);
  yield* proofsIn(text);
  for (const part of assignmentsIn(text)) if (tellsWithin(part.name, part.value)) yield part;
  for (const { 0: whole, 1: name = '', 2: value = '', index } of text.matchAll(OPTION)) {
    if (tellsWithin(name, value)) yield { name, value, start: index + whole.length - value.length };
  }
  yield* passwordsOf(USER, text);
  for (const [program, option] of SHORT) if (program.test(text)) yield* passwordsOf(option, text);
}

function* passwordsOf(pattern: RegExp, text: string): Generator<NamedPart> {
  for (const { 0: whole, 1: value = '', index } of text.matchAll(pattern)) {
    if (!isReference(value) && !(pattern === USER && IDS.test(value))) {
      yield { name: 'password', value, start: index + whole.length - value.length };
    }
  }
}

/** The first of those that overlap, and the longest of those that begin at once. */
export function apart(spans: readonly Span[]): readonly Span[] {
  const kept: Span[] = [];
  for (const span of spans.toSorted((left, right) => left.start - right.start || right.end - left.end)) {
    if (span.start >= (kept.at(-1)?.end ?? 0)) kept.push(span);
  }
  return kept;
}
