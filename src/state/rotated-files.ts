/**
 * A folder of lines that only grow: `current.ndjson`, which is written to, and one file for each rotation, named for its
 * moment: `<UTC timestamp>.ndjson`, compressed to `<UTC timestamp>.ndjson.gz` right after. One whose compression was cut off
 * is whole under its first name, and the compressed one appears whole or not at all.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { PRIVATE_FILE } from '../files/atomic-file.ts';

/** The name of what is written to. */
export const CURRENT_FILE = 'current.ndjson';

/** A file that is not written to any more. */
export interface RotatedFile {
  readonly path: string;
  readonly isCompressed: boolean;
  /** Milliseconds since the epoch: nothing in it is newer. */
  readonly until: number;
}

export interface KeptFiles {
  readonly longestMs: number;
  /** Compressed, of all together; the oldest go first. */
  readonly mostBytes: number;
}

/** Oldest first, each once; none where the folder cannot be read. */
export async function rotatedFiles(path: string): Promise<readonly RotatedFile[]> {
  const names = new Set(await readdir(path).catch(() => []));
  return [...names].sort().flatMap((name): readonly RotatedFile[] => {
    const [, stamp, compressed] = ROTATED_NAME.exec(name) ?? [];
    if (stamp === undefined || (compressed === undefined && names.has(`${name}.gz`))) return [];
    return [{ path: join(path, name), isCompressed: compressed !== undefined, until: momentOf(stamp) }];
  });
}

/** Gives what was written until now a name of its own; the next line begins a new file. */
export async function rotateFile(current: string, path: string, now: number): Promise<void> {
  const stamp = new Date(now).toISOString().replaceAll(/[-:.]/g, '');
  await rename(current, join(path, `${stamp}.ndjson`));
}

/** Compresses what was rotated, removes what is too old, and what is too much. */
export async function tidyFiles(path: string, now: number, { longestMs, mostBytes }: KeptFiles): Promise<void> {
  for (const name of await readdir(path)) {
    const isDouble = ROTATED_NAME.test(name) && !name.endsWith('.gz');
    const isDone = isDouble && (await stat(join(path, `${name}.gz`)).catch(() => null)) !== null;
    // What was cut off, or compressed and then not removed.
    if (name.endsWith('.gz.tmp') || isDone) await rm(join(path, name), { force: true });
  }
  for (const file of await rotatedFiles(path)) if (!file.isCompressed) await compress(file.path);
  let bytes = 0;
  for (const file of (await rotatedFiles(path)).toReversed()) {
    bytes += (await stat(file.path).catch(() => null))?.size ?? 0;
    if (now - file.until > longestMs || bytes > mostBytes) await rm(file.path, { force: true });
  }
}

async function compress(path: string): Promise<void> {
  const temporary = `${path}.gz.tmp`;
  try {
    await pipeline(createReadStream(path), createGzip(), createWriteStream(temporary, { mode: PRIVATE_FILE }));
    await rename(temporary, `${path}.gz`);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await rm(path, { force: true });
}

const ROTATED_NAME = /^(\d{8}T\d{9}Z)\.ndjson(\.gz)?$/;

/** `20260131T102030456Z`. */
function momentOf(stamp: string): number {
  return Date.parse(stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z$/, '$1-$2-$3T$4:$5:$6.$7Z'));
}
