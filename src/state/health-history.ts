/**
 * Writes health results as JSON Lines, twice a minute where nothing changes: a write costs far more than a probe. It is never needed, and nobody waits for it: what a
 * full disk or a foreign file keeps from being written is lost, and said once. A line that a crash cut off is left
 * standing, and the next one begins behind it.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errnoOf } from '../files/errno.ts';
import { PRIVATE_FILE } from '../files/atomic-file.ts';
import { makeFolder } from '../files/make-folder.ts';
import { TrueupError } from '../model/failure.ts';
import type { HealthCheckResult } from '../model/health.ts';
import { assertWritable, type StateFolder } from './folder.ts';
import { currentHealthPath, HEALTH_FORMAT_VERSION, HEALTH_KEPT } from './health-files.ts';
import { moveAside } from './move-aside.ts';
import { rotateFile, tidyFiles } from './rotated-files.ts';
import { anyObject } from './shape.ts';
import { parseStored } from './stored-json.ts';
import { headerLine } from './stored-lines.ts';
import { unwritable } from './system-error.ts';

export interface HealthHistory extends AsyncDisposable {
  /** Takes note of it. News reaches the file within seconds, and what only says the same again within half a minute. */
  add(result: HealthCheckResult, isNews?: boolean): void;
  /** Writes what is not written yet; never rejects. */
  flush(): Promise<void>;
}

export interface HealthHistoryOptions {
  /** Told once, until writing works again. */
  onTrouble(problem: TrueupError): void;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** At what size a file is rotated. */
  readonly rotateBytes?: number;
}

/** Results come together for so long, so that many cost one write. */
const LONGEST_UNWRITTEN_MS = { news: 2000, rest: 30_000 };

/** So many are a write of their own. */
const MANY = 500;

/** What comes while a disk hangs goes no further. */
const MOST_WAITING = 5000;

const ROTATE_BYTES = 4 * 1024 * 1024;

/** So that a quiet file is not kept much longer than its oldest line may be. */
const ROTATE_AFTER_MS = 24 * 3_600_000;

/** Touches nothing before the first result is written. */
export function healthHistory(
  folder: StateFolder,
  environment: string,
  { onTrouble, now = Date.now, rotateBytes = ROTATE_BYTES }: HealthHistoryOptions,
): HealthHistory {
  const path = currentHealthPath(folder, environment);
  let waiting: string[] = [];
  let timer: NodeJS.Timeout | null = null;
  let isSoon = false;
  let writing: Promise<void> = Promise.resolve();
  let begunAt: number | null = null;
  let isTroubled = false;

  async function write(): Promise<void> {
    const lines = waiting;
    waiting = [];
    if (lines.length === 0) return;
    try {
      begunAt ??= await prepare(path, now());
      const size = await appendLines(folder, path, lines);
      isTroubled = false;
      const age = now() - begunAt;
      // A clock that was set back must not keep the file for ever.
      if (size < rotateBytes && age < ROTATE_AFTER_MS && age >= 0) return;
      await rotateFile(path, dirname(path), now());
      begunAt = now();
      await tidyFiles(dirname(path), now(), HEALTH_KEPT);
    } catch (error) {
      if (!isTroubled) onTrouble(error instanceof TrueupError ? error : unwritable(path, error));
      isTroubled = true;
    }
  }

  function flush(): Promise<void> {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    writing = writing.then(write);
    return writing;
  }

  return {
    add(result, isNews = true) {
      if (waiting.length >= MOST_WAITING) waiting.shift();
      waiting.push(JSON.stringify(result));
      const isPressing = isNews || waiting.length >= MANY;
      if (timer !== null && (isSoon || !isPressing)) return;
      if (timer !== null) clearTimeout(timer);
      isSoon = isPressing;
      timer = setTimeout(() => void flush(), LONGEST_UNWRITTEN_MS[isPressing ? 'news' : 'rest']).unref();
    },
    flush,
    [Symbol.asyncDispose]: flush,
  };
}

/**
 * Looks at what an earlier process left: when its first result was, or now where there is none. What cannot be read is
 * moved aside; what a newer trueup wrote is an error, and stays.
 */
async function prepare(path: string, now: number): Promise<number> {
  const [header, first] = await firstLines(path);
  await tidyFiles(dirname(path), now, HEALTH_KEPT).catch((error: unknown) => {
    if (errnoOf(error) !== 'ENOENT') throw error;
  });
  if (header === undefined) return now;
  const stored = parseStored(header, HEALTH_FORMAT_VERSION, anyObject);
  if (stored.status === 'too_new') throw tooNew(path, stored.found);
  if (stored.status === 'damaged') await moveAside(path);
  const at = Date.parse(/"timestamp":"([^"]+)"/.exec(first ?? '')?.[1] ?? '');
  return stored.status === 'damaged' || Number.isNaN(at) ? now : at;
}

async function firstLines(path: string): Promise<readonly string[]> {
  try {
    await using file = await open(path, 'r');
    const { buffer, bytesRead } = await file.read(Buffer.alloc(16 * 1024), { position: 0 });
    return bytesRead === 0 ? [] : buffer.toString('utf8', 0, bytesRead).split('\n', 2);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT' || errno === 'ENOTDIR') return [];
    throw error;
  }
}

/** Resolves with the size of the file. Opens it anew each time: another process may have rotated it. */
async function appendLines(folder: StateFolder, path: string, lines: readonly string[]): Promise<number> {
  await using file = await openFor(folder, path);
  const { size } = await file.stat();
  const start = size === 0 ? `${headerLine(HEALTH_FORMAT_VERSION)}\n` : (await isCut(file, size)) ? '\n' : '';
  const text = `${start}${lines.join('\n')}\n`;
  await file.appendFile(text);
  return size + Buffer.byteLength(text);
}

async function openFor(folder: StateFolder, path: string): Promise<FileHandle> {
  try {
    return await open(path, 'a+', PRIVATE_FILE);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
    await assertWritable(folder);
    await makeFolder(dirname(path));
    return open(path, 'a+', PRIVATE_FILE);
  }
}

/** Whether it ends in half a line. */
async function isCut(file: FileHandle, size: number): Promise<boolean> {
  const { buffer } = await file.read(Buffer.alloc(1), { position: size - 1 });
  return buffer[0] !== 0x0a;
}

function tooNew(path: string, found: string): TrueupError {
  return new TrueupError('state_too_new', `${path} was written by a newer trueup (format ${found})`, {
    fields: { path, format_version: found, supported: HEALTH_FORMAT_VERSION },
    next: 'Update trueup. Or delete the file: then only the health of that time is forgotten.',
  });
}
