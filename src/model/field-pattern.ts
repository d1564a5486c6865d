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
