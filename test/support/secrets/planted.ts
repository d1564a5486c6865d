/**
 * Secrets to be planted, each of a shape that somebody once forgot, and a search for them in whatever form they may turn
 * up again. Each is known by a word of its own, so that a find names the field that leaked.
 */
import { stringify } from 'yaml';

export interface Planted {
  /** Where it was planted, for the reader of a failure. */
  readonly field: string;
  readonly plain: string;
}

export interface Leak {
  readonly field: string;
  readonly form: string;
  readonly around: string;
}

/** `word` is of letters and digits. Of the shapes each field gets the next one. */
const SHAPES: readonly ((word: string) => string)[] = [
  (word) => word,
  (word) => `-----BEGIN KEY-----\nfirst-${word}-line\n\tsecond "${word}" line\n-----END KEY-----`,
  (word) => `it's "${word}" & <b>\\n \`x\` | #1`,
  (word) => `p@ss/${word}?a=b&c=%20 ü+ß:`,
  (word) => Buffer.from(`\0\xff${word}\xfe`, 'latin1').toString('base64'),
  (word) => `*_${word}_* [x](y) $\{NOT_A_VARIABLE} %s`,
];

export function plantedAt(field: string, index: number): Planted {
  const shape = SHAPES[index % SHAPES.length] ?? String;
  return { field, plain: shape(wordOf(index)) };
}

/** Six letters and digits that nothing else says: neither prose, nor hexadecimal, nor an id of upper-case letters alone. */
function wordOf(index: number): string {
  return `qZ${index.toString(36).padStart(2, '0')}xW`;
}

/** Looks through texts for any of the secrets. */
export function leakSearch(planted: readonly Planted[]): (text: string) => readonly Leak[] {
  const wanted = planted.flatMap(({ field, plain }) => [...formsOf(plain)].map((form) => ({ field, form })));
  return (text) =>
    wanted.flatMap(({ field, form }) => {
      const at = text.indexOf(form);
      return at === -1 ? [] : [{ field, form, around: text.slice(Math.max(0, at - 60), at + form.length + 60) }];
    });
}

/** Written down here for itself: what the command masks is not what says how well it masks. */
function formsOf(plain: string): ReadonlySet<string> {
  const lines = plain.split('\n').map((line) => line.trim());
  const parts = [plain, ...lines.filter((line) => !line.startsWith('-----'))];
  return new Set(parts.flatMap((part) => [part, ...escapedForms(part), ...encodedForms(part)]));
}

function escapedForms(text: string): readonly string[] {
  const json = JSON.stringify(text).slice(1, -1);
  const xml = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return [
    json,
    json.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
    xml,
    xml.replaceAll('"', '&quot;'),
    xml.replaceAll('"', '&quot;').replaceAll("'", '&#39;'),
    xml.replaceAll('"', '&quot;').replaceAll("'", '&apos;'),
    text.replaceAll("'", "''"),
    text.replaceAll("'", `'\\''`),
    text.replaceAll('$', '$$$$'),
    text.replace(/[\\`*_[\]<>|#]/g, '\\$&'),
    text.replaceAll('%', '%25').replaceAll('\n', '%0A').replaceAll('\r', '%0D'),
    stringify(text, { defaultStringType: 'QUOTE_DOUBLE', lineWidth: 0 }).trim().slice(1, -1),
  ];
}

function encodedForms(text: string): readonly string[] {
  const bytes = Buffer.from(text, 'utf8');
  return [
    encodeURIComponent(text),
    encodeURI(text),
    new URLSearchParams([['', text]]).toString().slice(1),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
  ];
}
