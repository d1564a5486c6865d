/**
 * Field paths: normalised RFC 9535 paths such as `$['networking']['ports']['8080/tcp']`. Keyed lists stand in resolved
 * values as objects, so every segment but a list index is a name; lists themselves are compared as a whole.
 */
import { isJsonArray, isJsonObject, type Json, type JsonObject, member } from './json.ts';

export type FieldPath = string;

export const ROOT_PATH: FieldPath = '$';

export function childPath(path: FieldPath, name: string): FieldPath {
  return `${path}['${escapeName(name)}']`;
}

export function fieldPath(...names: readonly string[]): FieldPath {
  return names.reduce((path, name) => childPath(path, name), ROOT_PATH);
}

/** Whether a service runs is a field as well. */
export const RUN_STATE_PATH: FieldPath = fieldPath('run_state');

/** The names of a normalised path, or `null` when the text is not one. Indexes come back as decimal text. */
export function parseFieldPath(path: FieldPath): readonly string[] | null {
  if (!path.startsWith('$')) return null;
  const names: string[] = [];
  const segment = /\['((?:[^'\\]|\\.)*)'\]|\[(\d+)\]/gy;
  segment.lastIndex = 1;
  while (segment.lastIndex < path.length) {
    const match = segment.exec(path);
    if (match === null) return null;
    names.push(match[2] ?? unescapeName(match[1] ?? ''));
  }
  return names;
}

/** For people, and not safe on a terminal yet. Names that would read as two, or not at all, stand in brackets. */
export function pathText(path: FieldPath): string {
  const names = parseFieldPath(path);
  if (names === null) return path;
  if (names.length === 0) return '(everything)';
  return names.map(nameText).join('').replace(/^\./, '');
}

function nameText(name: string): string {
  return /^[^\s.:[\]"']+$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}

export function valueAt(value: Json, path: FieldPath): Json {
  let current = value;
  for (const name of parseFieldPath(path) ?? []) {
    current = isJsonArray(current)
      ? (current[Number(name)] ?? null)
      : isJsonObject(current)
        ? member(current, name)
        : null;
  }
  return current;
}

/** The same with another value at a path; `null` takes it out. Only names lead on, never indexes. */
export function withValueAt(target: JsonObject, path: FieldPath, value: Json): JsonObject {
  return withValueOf(target, parseFieldPath(path) ?? [], value);
}

function withValueOf(target: JsonObject, names: readonly string[], value: Json): JsonObject {
  const [name, ...rest] = names;
  if (name === undefined) return target;
  const { [name]: current = null, ...others } = target;
  if (rest.length > 0) return { ...target, [name]: withValueOf(isJsonObject(current) ? current : {}, rest, value) };
  return value === null ? others : { ...target, [name]: value };
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
  "'": "\\'",
  '\\': '\\\\',
};

const UNESCAPES: Readonly<Record<string, string>> = { b: '\b', t: '\t', n: '\n', f: '\f', r: '\r' };

function escapeName(name: string): string {
  // RFC 9535 section 2.7 escapes exactly these.
  return name.replace(/[\u0000-\u001f'\\]/g, (character) => {
    return ESCAPES[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

export function unescapeName(text: string): string {
  return text.replace(/\\(u[0-9a-fA-F]{4}|.)/g, (_, escape: string) => {
    if (escape.startsWith('u') && escape.length === 5) return String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    return UNESCAPES[escape] ?? escape;
  });
}
