/** What a look at files saw of each, in a text that differs once the file does. */
import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';

export type Seen = string;

/** `null` for what is not there. */
export function nameOf(stats: Stats | null | undefined): Seen {
  return stats === null || stats === undefined ? 'none' : `${stats.ino} ${stats.size} ${stats.mtimeMs}`;
}

export async function lookAt(paths: readonly string[]): Promise<Map<string, Seen>> {
  const seen = paths.map(async (path) => [path, nameOf(await stat(path).catch(() => null))] as const);
  return new Map(await Promise.all(seen));
}
