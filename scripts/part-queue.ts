/**
 * What several workers have to run, as a folder with a file for each part: whoever moves a file away has taken the part.
 * Each is taken once, also by workers in namespaces of their own.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Part {
  /** For people. */
  readonly title: string;
  /** Arguments of vitest. */
  readonly args: readonly string[];
}

const WAITING = 'waiting';
const TAKEN = 'taken';

/** `folder` is the caller's to make and to remove. Parts are taken in this order. */
export function layOutParts(folder: string, parts: readonly Part[]): void {
  for (const name of [WAITING, TAKEN]) mkdirSync(join(folder, name));
  for (const [index, part] of parts.entries()) {
    writeFileSync(join(folder, WAITING, String(index).padStart(4, '0')), JSON.stringify(part));
  }
}

/** The next part, or `null` once all are taken. */
export function takePart(folder: string): Part | null {
  for (const name of readdirSync(join(folder, WAITING)).toSorted()) {
    const taken = join(folder, TAKEN, name);
    if (isMoved(join(folder, WAITING, name), taken)) return JSON.parse(readFileSync(taken, 'utf8')) as Part;
  }
  return null;
}

/** Not where another worker was faster. */
function isMoved(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}
