/** The files of a log that were put aside: `trueup.log.1` is the youngest, and all are compressed when there is time. */
import { createReadStream, createWriteStream, readdirSync, renameSync, rmSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { PRIVATE_FILE } from '../../files/atomic-file.ts';
import { compareText } from '../../model/json.ts';

interface PutAside {
  readonly number: number;
  readonly isCompressed: boolean;
}

/** Puts the file aside, and removes what is then too old. Throws where the folder cannot be changed. */
export function putAside(path: string, keep: number): void {
  const oldestFirst = asideOf(path, readdirSync(dirname(path))).toSorted((left, right) => right.number - left.number);
  for (const one of oldestFirst) {
    if (one.number >= keep) rmSync(nameOf(path, one), { force: true });
    else renameSync(nameOf(path, one), nameOf(path, { ...one, number: one.number + 1 }));
  }
  if (keep === 0) rmSync(path, { force: true });
  else renameSync(path, nameOf(path, { number: 1, isCompressed: false }));
}

/** Compresses what is not compressed yet. Where it is aborted, or fails, a file is either as it was or compressed. */
export async function compressAside(path: string, signal: AbortSignal): Promise<void> {
  const found = asideOf(path, await readdir(dirname(path))).filter(({ isCompressed }) => !isCompressed);
  for (const one of found) {
    const [from, to] = [nameOf(path, one), nameOf(path, { ...one, isCompressed: true })];
    const temporary = `${to}.tmp`;
    try {
      await pipeline(createReadStream(from), createGzip(), createWriteStream(temporary, { mode: PRIVATE_FILE }), {
        signal,
      });
      // At one go: whoever puts aside aborts first, and then another file has this name.
      signal.throwIfAborted();
      renameSync(temporary, to);
      rmSync(from, { force: true });
    } finally {
      await rm(temporary, { force: true });
    }
  }
}

function asideOf(path: string, names: readonly string[]): readonly PutAside[] {
  const pattern = new RegExp(`^${RegExp.escape(basename(path))}[.](\\d{1,6})([.]gz)?$`);
  return names.toSorted(compareText).flatMap((name) => {
    const match = pattern.exec(name);
    return match === null ? [] : [{ number: Number(match[1]), isCompressed: match[2] !== undefined }];
  });
}

function nameOf(path: string, { number, isCompressed }: PutAside): string {
  return join(dirname(path), `${basename(path)}.${number}${isCompressed ? '.gz' : ''}`);
}
