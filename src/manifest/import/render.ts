/** The manifest of an import as text, as a person writes one: sections in the usual order, small things in one line. */
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import { isCollection, isEmpty, flowText } from '../edit/yaml-render.ts';

/** What is longer stands in lines of its own. */
const LONGEST_FLOW = 96;
const INDENT = '  ';

/** Maps that people write below each other, however small they are. */
const BLOCK_KEYS: ReadonlySet<string> = new Set([
  'environment_variables',
  'labels',
  'driver_opts',
  'networking',
  'storage',
]);

export interface ManifestText {
  /** Lines of the comment at the top. */
  readonly heading: readonly string[];
  /** In this order; what is empty is left out. */
  readonly sections: Readonly<Record<string, Json>>;
  /** Lines above an entry of the services, by its key. */
  readonly comments: Readonly<Record<string, readonly string[]>>;
}

export function manifestText({ heading, sections, comments }: ManifestText): string {
  const parts = Object.entries(sections)
    .filter(([, value]) => value !== null && !isEmpty(value))
    .map(([name, value]) => sectionText(name, value, comments));
  const isShort = (part: string): boolean => !part.includes('\n');
  // Single settings stand together, and sections apart.
  const texts = parts.map((part, index) => {
    const before = parts[index - 1];
    return before !== undefined && isShort(before) && isShort(part) ? `\n${part}` : `\n\n${part}`;
  });
  return `${heading.map(commentLine).join('\n')}${texts.join('').replace(/^\n\n/, '\n')}\n`;
}

function sectionText(name: string, value: Json, comments: ManifestText['comments']): string {
  if (isJsonArray(value)) return [`${name}:`, ...value.map((item) => `${INDENT}- ${flow(item)}`)].join('\n');
  if (!isJsonObject(value)) return `${name}: ${flow(value)}`;
  const isServices = name === 'services';
  const entries = Object.entries(value).map(([key, entry]) => {
    const above = isServices
      ? (Object.hasOwn(comments, key) ? (comments[key] ?? []) : [])
          .map((line) => `${INDENT}${commentLine(line)}\n`)
          .join('')
      : '';
    return `${above}${INDENT}${flowText(key)}:${block(entry, INDENT, key)}`;
  });
  return [`${name}:`, entries.join(isServices ? '\n\n' : '\n')].join('\n');
}

/** What stands behind a colon: in the same line where it is small, else in lines below. */
function block(value: Json, indent: string, key: string): string {
  if (!isCollection(value) || isEmpty(value)) return ` ${flow(value)}`;
  const inner = indent + INDENT;
  const line = flow(value);
  const isSmall = inner.length + key.length + line.length <= LONGEST_FLOW && depthOf(value) <= 2;
  if (isSmall && !(isJsonObject(value) && (BLOCK_KEYS.has(key) || (indent === INDENT && isWide(value)))))
    return ` ${line}`;
  if (isJsonArray(value)) return value.map((item) => `\n${inner}- ${flow(item)}`).join('');
  return Object.entries(objectOf(value))
    .map(([name, child]) => `\n${inner}${flowText(name)}:${block(child, inner, name)}`)
    .join('');
}

/** An entry of a section that says more than one thing. */
function isWide(value: JsonObject): boolean {
  return Object.keys(value).length > 1 && depthOf(value) > 1;
}

function depthOf(value: Json): number {
  return isCollection(value) ? 1 + Math.max(0, ...Object.values(objectOf(value)).map(depthOf)) : 0;
}

/** `[a, b]` and `{ a: b }`, in one line. */
function flow(value: Json): string {
  if (isJsonArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (!isJsonObject(value)) return flowText(value);
  const members = Object.entries(value).map(([name, child]) => `${flowText(name)}: ${flow(child)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

function objectOf(value: Json): JsonObject {
  if (isJsonArray(value)) return Object.fromEntries(value.entries());
  return isJsonObject(value) ? value : {};
}

/** One line whatever it holds. */
function commentLine(line: string): string {
  return line === '' ? '#' : `# ${line.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')}`;
}
