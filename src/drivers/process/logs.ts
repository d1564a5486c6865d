/**
 * Logs of a service: both streams of its command in one file, in the order written. Lines carry no time, because the
 * command itself writes the file.
 */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LogLine, LogOptions } from '../log-line.ts';
import { FILES } from './layout.ts';
import { LineReader, offsetOfTail } from './line-reader.ts';

const POLL_MS = 100;

/** The rotated log, then the present one; with `follow` whatever comes, until the service is removed. */
export async function* readLog(folder: string, options: LogOptions, signal: AbortSignal): AsyncGenerator<LogLine> {
  const paths = { old: join(folder, FILES.rotatedLog), now: join(folder, FILES.log) };
  const starts = startsOf(paths, options);
  using old = LineReader.open(paths.old, starts.old);
  for (const line of old?.rest() ?? []) yield lineOf(line);
  let reader = LineReader.open(paths.now, starts.now);
  try {
    while (!signal.aborted) {
      const isRotated = reader !== null && reader.isReplaced(paths.now);
      for (const line of reader?.lines() ?? []) yield lineOf(line);
      if (isRotated || reader === null) {
        for (const line of reader?.rest() ?? []) yield lineOf(line);
        reader?.[Symbol.dispose]();
        reader = LineReader.open(paths.now, 0);
      }
      if (options.follow !== true || !existsSync(folder)) break;
      if (!isRotated) await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
    }
    for (const line of reader?.rest() ?? []) yield lineOf(line);
  } finally {
    reader?.[Symbol.dispose]();
  }
}

function lineOf(line: string): LogLine {
  return { stream: 'stdout', at: null, line };
}

interface Paths {
  readonly old: string;
  readonly now: string;
}

/** Where to begin in each file. Without times in it, a log that was last written before `since` has nothing newer. */
function startsOf(paths: Paths, { tail, since }: LogOptions): { readonly old: number; readonly now: number } {
  const isOlder = (path: string): boolean => {
    const changed = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    return since !== undefined && changed < Date.parse(since);
  };
  const end = Number.POSITIVE_INFINITY;
  const begin = (path: string): number => (isOlder(path) ? end : 0);
  if (tail === undefined) return { old: begin(paths.old), now: begin(paths.now) };
  const now = offsetOfTail(paths.now, tail);
  const old = offsetOfTail(paths.old, tail - now.lines);
  return { old: Math.max(begin(paths.old), old.offset), now: Math.max(begin(paths.now), now.offset) };
}
