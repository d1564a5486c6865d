/** Reports of earlier runs, read back. One that is gone or cannot be read leaves out what it would have told. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { isJsonArray, type Json, member, parseJson } from '../model/json.ts';

/** `path` as the history has it: relative to the root of the repo. `null` where there is nothing to read. */
export async function readRunReport(root: string, path: string | null): Promise<Json> {
  if (path === null) return null;
  const text = await readFile(resolve(root, path), 'utf8').catch(() => null);
  try {
    return text === null ? null : parseJson(text);
  } catch {
    return null;
  }
}

export function itemsIn(report: Json, name: string): readonly Json[] {
  const items = member(report, name);
  return isJsonArray(items) ? items : [];
}
