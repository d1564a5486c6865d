/** What the processes of a cluster have written, each line with its process, in the order of time as far as lines tell one. */
import { open, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { LogLine, LogOptions } from '../../log-line.ts';
import { clusterFolder, type Engine, FILES } from '../engine.ts';
import { lookAtFolder } from './look-at-folder.ts';

const LOOK_AGAIN_MS = 250;

interface ComponentLog {
  readonly name: string;
  readonly path: string;
  /** Of what has been read. */
  offset: number;
  /** What has no line break yet. */
  rest: string;
  /** The time of the line before: what is said over several lines is said at one time. */
  at: string | null;
}

export async function* componentLogs(
  engine: Engine,
  name: string,
  options: LogOptions,
  signal: AbortSignal,
): AsyncGenerator<LogLine> {
  const folder = clusterFolder(engine, name);
  const { settings } = await lookAtFolder(engine, name);
  const logs = (settings?.components ?? []).map((component): ComponentLog => {
    const path = join(folder, FILES.logs, `${programName(component.binary)}.log`);
    return { name: component.name, path, offset: 0, rest: '', at: null };
  });
  const { tail, since, follow } = options;
  const written = (await newLines(logs)).filter(({ at }) => since === undefined || (at !== null && at >= since));
  yield* tail === undefined ? written : written.slice(Math.max(0, written.length - tail));
  while (follow === true && !signal.aborted) {
    await delay(LOOK_AGAIN_MS, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    yield* await newLines(logs);
    // It goes with its folder.
    if ((await lookAtFolder(engine, name)).settings === null) return;
  }
}

/** The last lines of one process; none where it has written nothing. */
export async function lastLines(folder: string, component: string, count: number): Promise<readonly string[]> {
  const text = await readFile(join(folder, FILES.logs, `${component}.log`), 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-count);
}

function programName(binary: string): string {
  return basename(binary).replace(/\.[^.]*$/, '');
}

async function newLines(logs: readonly ComponentLog[]): Promise<readonly LogLine[]> {
  const lines = (await Promise.all(logs.map(linesOf))).flat();
  return lines.toSorted((left, right) => compareTimes(left.at, right.at));
}

async function linesOf(log: ComponentLog): Promise<readonly LogLine[]> {
  const text = `${log.rest}${await readFrom(log)}`;
  const end = text.lastIndexOf('\n');
  log.rest = text.slice(end + 1);
  if (end === -1) return [];
  return text
    .slice(0, end)
    .split('\n')
    .map((line): LogLine => {
      log.at = timeIn(line) ?? log.at;
      return { stream: 'stderr', at: log.at, line: `${log.name}: ${line}` };
    });
}

/** A file that has become shorter is another one. */
async function readFrom(log: ComponentLog): Promise<string> {
  const file = await open(log.path, 'r').catch(() => null);
  if (file === null) return '';
  try {
    const { size } = await file.stat();
    if (size < log.offset) log.offset = 0;
    const { bytesRead, buffer } = await file.read(Buffer.alloc(size - log.offset), 0, size - log.offset, log.offset);
    log.offset += bytesRead;
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

/**
 * `I1123 06:52:11.123456 …` of the parts of Kubernetes, in local time and without the year; `{"ts":"2026-11-23T…"}` of etcd;
 * `{"time":"…"}` or `time=…` of kwok.
 */
export function timeIn(line: string, now: Date = new Date()): string | null {
  const klog = /^[IWEF](\d\d)(\d\d) (\d\d):(\d\d):(\d\d)\.(\d{3})/.exec(line);
  if (klog !== null) {
    const [month = 1, day = 1, hour = 0, minute = 0, second = 0, milli = 0] = klog.slice(1).map(Number);
    const at = new Date(now.getFullYear(), month - 1, day, hour, minute, second, milli);
    // Of last December, read in January.
    if (at.getTime() - now.getTime() > DAY_MS) at.setFullYear(now.getFullYear() - 1);
    return at.toISOString();
  }
  const told = /(?:"ts":"|"time":"|^time=)([^"\s]+)/.exec(line)?.[1];
  const at = told === undefined ? Number.NaN : Date.parse(told);
  return Number.isNaN(at) ? null : new Date(at).toISOString();
}

const DAY_MS = 86_400_000;

function compareTimes(left: string | null, right: string | null): number {
  if (left === right) return 0;
  return (left ?? '') < (right ?? '') ? -1 : 1;
}
