/**
 * The one place where a document becomes text, for standard output and for report files. The last line of defence
 * against a keyed hash that some document forgot to mark, and against characters that a terminal obeys: JSON itself
 * allows most of them, and its readers get them back.
 */
import type { Json, JsonObject } from '../model/json.ts';
import { isSecret } from '../model/secret.ts';
import { safeJson } from './safe-text.ts';

const MARKS: readonly string[] = ['changed', 'same', 'unknown', 'present'];

/** Indented JSON with a final line break. */
export function jsonText(document: JsonObject): string {
  return `${safeJson(JSON.stringify(document, withoutHashes, 2))}\n`;
}

function withoutHashes(_key: string, value: Json): Json {
  return isSecret(value) && !MARKS.includes(value.$secret) ? { $secret: 'unknown' } : value;
}
