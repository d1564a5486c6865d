/** JSON files with a `format_version`: a minor version only adds, so it can be read; a newer major one cannot. */
import { ROOT_PATH } from '../model/field-path.ts';
import { objectOf, type Shape, textThat } from './shape.ts';

export type ParsedJson<T> =
  | { readonly status: 'read'; readonly value: T }
  | { readonly status: 'damaged'; readonly reason: string };

export type StoredJson<T> = ParsedJson<T> | { readonly status: 'too_new'; readonly found: string };

/** What a stored text holds. `T` is what `shape` describes: the two must be kept together. */
export function parseStored<T>(content: string, formatVersion: string, shape: Shape): StoredJson<T> {
  const versioned = parseJson<{ readonly format_version: string }>(content, VERSIONED_SHAPE);
  if (versioned.status === 'damaged') return versioned;
  const found = versioned.value.format_version;
  if (majorOf(found) > majorOf(formatVersion)) return { status: 'too_new', found };
  return shaped<T>(versioned.value, shape);
}

/** JSON without a version. `T` is what `shape` describes. */
export function parseJson<T>(content: string, shape: Shape): ParsedJson<T> {
  try {
    return shaped<T>(JSON.parse(content), shape);
  } catch (error) {
    if (content.trim() === '') return { status: 'damaged', reason: 'it is empty' };
    return { status: 'damaged', reason: `it is not JSON (${error instanceof Error ? error.message : String(error)})` };
  }
}

const VERSIONED_SHAPE = objectOf({
  format_version: textThat((version) => /^\d+\.\d+$/.test(version), 'a format version'),
});

function shaped<T>(value: unknown, shape: Shape): ParsedJson<T> {
  const problem = shape(value, ROOT_PATH);
  return problem === null ? { status: 'read', value: value as T } : { status: 'damaged', reason: problem };
}

function majorOf(version: string): number {
  return Number.parseInt(version, 10);
}
