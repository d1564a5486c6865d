/**
 * Files of one JSON value a line behind a first line with `format_version`. A crash leaves half a last line, which says
 * nothing and is left out; damage anywhere else is told with its line.
 */
import { readFile } from 'node:fs/promises';
import { errnoOf } from '../files/errno.ts';
import { isMissing } from '../files/is-missing.ts';
import { anyObject } from './shape.ts';
import { parseStored } from './stored-json.ts';

export type StoredLines =
  /** Lines behind the first, and whether half a line follows. */
  | { readonly status: 'read'; readonly lines: readonly string[]; readonly isCut: boolean }
  | { readonly status: 'missing' }
  | { readonly status: 'damaged'; readonly reason: string; readonly cause?: unknown }
  | { readonly status: 'too_new'; readonly found: string };

/** Never rejects for what the file holds, nor for one that cannot be read. */
export async function readStoredLines(path: string, formatVersion: string): Promise<StoredLines> {
  if (isMissing(path)) return { status: 'missing' };
  let content: string;
  try {
    content = await readFile(path, 'utf8');
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT' || errno === 'ENOTDIR') return { status: 'missing' };
    return { status: 'damaged', reason: error instanceof Error ? error.message : String(error), cause: error };
  }
  const [first, ...lines] = wholeLines(content);
  if (first === undefined) return { status: 'missing' };
  const header = parseStored(first, formatVersion, anyObject);
  if (header.status === 'damaged') return { status: 'damaged', reason: `line 1: ${header.reason}` };
  if (header.status === 'too_new') return header;
  return { status: 'read', lines, isCut: !content.endsWith('\n') };
}

/** What the first line says. */
export function headerLine(formatVersion: string): string {
  return JSON.stringify({ format_version: formatVersion });
}

/** What follows the last line break is half a line, or nothing. */
function wholeLines(content: string): readonly string[] {
  return content.split('\n').slice(0, -1);
}
