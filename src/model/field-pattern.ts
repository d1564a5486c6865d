/**
 * Field patterns: paths by which rules say which fields they are about. A pattern is an RFC 9535 path of names, in the
 * shorthand or in brackets, in which `*` stands for any one name. It covers what it names, and all below.
 */
import { unescapeName } from './field-path.ts';

/** `null` stands for any one name. */
export type FieldPattern = readonly (string | null)[];

const SEGMENT =
  /\.(?<short>[A-Za-z_\u0080-\uffff][\w\u0080-\uffff-]*)|\['(?<single>(?:[^'\\]|\\.)*)'\]|\["(?<double>(?:[^"\\]|\\.)*)"\]|(?<any>\.\*|\[\*\])/uy;

/** `null` when the text is none, or names nothing. */
export function parseFieldPattern(text: string): FieldPattern | null {
  if (!text.startsWith('$') || text === '$') return null;
  const names: (string | null)[] = [];
  SEGMENT.lastIndex = 1;
  while (SEGMENT.lastIndex < text.length) {
    const groups = SEGMENT.exec(text)?.groups;
    if (groups === undefined) return null;
    names.push(groups['any'] === undefined ? nameOf(groups) : null);
  }
  return names;
}

/**
 * The same pattern as a query, where it is written as reports write fields: `container.image`, `networking.ports.80/tcp`,
 * `labels["com.example.team"]`. `null` where it is no such text.
 */
export function patternFromText(text: string): string | null {
  const parts: string[] = [];
  TEXT_SEGMENT.lastIndex = 0;
  const whole = text.startsWith('[') ? text : `.${text}`;
  while (TEXT_SEGMENT.lastIndex < whole.length) {
    const groups = TEXT_SEGMENT.exec(whole)?.groups;
    if (groups === undefined) return null;
    const { name, bracket = '' } = groups;
    if (name === undefined) parts.push(bracket);
    else
      parts.push(name === '*' || /^[A-Za-z_][\w-]*$/.test(name) ? `.${name}` : `['${name.replaceAll('\\', '\\\\')}']`);
  }
  const query = `$${parts.join('')}`;
  return parseFieldPattern(query) === null ? null : query;
}

const TEXT_SEGMENT = /\.(?<name>[^\s.:[\]"']+)|(?<bracket>\["(?:[^"\\]|\\.)*"\]|\['(?:[^'\\]|\\.)*'\]|\[\*\])/uy;

/** The names that a query begins with, up to whatever selects more than one thing. */
export function leadingNames(query: string): readonly string[] {
  const names: string[] = [];
  SEGMENT.lastIndex = 1;
  while (SEGMENT.lastIndex < query.length) {
    const groups = SEGMENT.exec(query)?.groups;
    if (groups === undefined || groups['any'] !== undefined) break;
    names.push(nameOf(groups));
  }
  return names;
}

/** Whether the pattern covers the field with these names. */
export function coversField(pattern: FieldPattern, names: readonly string[]): boolean {
  return pattern.length <= names.length && pattern.every((name, index) => name === null || name === names[index]);
}

function nameOf({ short, single, double }: Readonly<Partial<Record<string, string>>>): string {
  return short ?? unescapeName(single ?? double ?? '');
}
