/** Replacing the text of somebody's file: only if it still says what was read, and with all else about it kept. */
import { readFile, realpath, stat } from 'node:fs/promises';
import { writeFileAtomic } from './atomic-file.ts';

const BYTE_ORDER_MARK = '\uFEFF';

/**
 * False, and nothing is written, where the file says something else by now. A link stays one: what it leads to is written.
 * `before` and `after` have no byte order mark; the file keeps its own.
 */
export async function replaceText(path: string, before: string, after: string): Promise<boolean> {
  const place = await realpath(path);
  const { mode } = await stat(place);
  const text = await readFile(place, 'utf8');
  const mark = text.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : '';
  if (text.slice(mark.length) !== before) return false;
  await writeFileAtomic(place, mark + after, mode & 0o777);
  return true;
}

/** Whether the file says this, a byte order mark aside. */
export async function saysText(path: string, text: string): Promise<boolean> {
  const found = await readFile(path, 'utf8');
  return (found.startsWith(BYTE_ORDER_MARK) ? found.slice(BYTE_ORDER_MARK.length) : found) === text;
}
