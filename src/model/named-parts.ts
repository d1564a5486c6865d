/**
 * What a text sets names to: in query strings, headers, JSON, connection strings. Whether one of them is a secret is asked of its
 * name. Takes time in proportion to the text.
 */

/** A part of a text that something says to be the value of a name. */
export interface NamedPart {
  readonly name: string;
  readonly value: string;
  /** Where the value begins. */
  readonly start: number;
}

// A colon needs a quote in front of it or a space behind: `auth:3000` is a place. What is in quotes ends with them.
const ASSIGNMENT =
  /(?<![\w.-])(?<name>[\w.-]{2,80})(?:\s{0,4}=\s{0,4}|\\?["']\s{0,4}[:=]\s{0,4}|:\s{1,4})(?:\\"(?<escaped>(?:[^"\\]|\\[^"])+)(?=\\")|"(?<double>(?:[^"\\]|\\.)+)(?=")|'(?<single>[^']+)(?=')|\\?["']?(?<bare>[^\s"'&;,}\\][^\s"'&;,}\\|)]*))/gs;

export function* assignmentsIn(text: string): Generator<NamedPart> {
  for (const { 0: whole, index, groups = {} } of text.matchAll(ASSIGNMENT)) {
    const { name = '', escaped, double, single, bare } = groups;
    const value = escaped ?? double ?? single ?? bare ?? '';
    yield { name, value, start: index + whole.length - value.length };
  }
}

/** `name=value`, also behind an option that takes all of them. */
const PAIR = /^(?<before>\s*(?:-{1,2}[\w.-]{1,60}=)?(?<name>[A-Za-z][\w .-]{0,60}?)\s{0,4}=\s{0,4})(?<set>[^\s].*)$/s;

/** `Server=db;Password=x y;`: of a text that is nothing else, but for an address in front. Values may have spaces. */
export function* connectionPartsIn(text: string): Generator<NamedPart> {
  if (!text.includes(';')) return;
  const parts = text.split(';');
  const isOther = (part: string, index: number): boolean => part.trim() === '' || (index === 0 && !/\s/.test(part));
  if (!parts.every((part, index) => PAIR.test(part) || isOther(part, index))) return;
  let start = 0;
  for (const part of parts) {
    const { before = '', name = '', set = '' } = PAIR.exec(part)?.groups ?? {};
    const value = set.trimEnd();
    if (value !== '') yield { name, value, start: start + before.length };
    start += part.length + 1;
  }
}
