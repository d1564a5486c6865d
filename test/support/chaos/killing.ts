/** Ends a command of trueup by kill -9 at a moment that is counted in what it did, so that it can be met again. */
import { watch } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { CliResult, RunningCli } from '../cli.ts';
import type { RecordedRequest, RecordingSocket } from '../docker/recording-socket.ts';

export interface Killed {
  /** False where it had ended before its moment came. */
  readonly isKilled: boolean;
  readonly result: CliResult;
}

/** A moment after the n-th request to the engine, counted from 0. */
export async function killAfterRequest(
  recording: RecordingSocket,
  start: () => RunningCli,
  moment: { readonly request: number; readonly delayMs: number },
): Promise<Killed> {
  const reached = Promise.withResolvers<void>();
  let seen = 0;
  using _watching = recording.watch(() => {
    if (seen === moment.request) reached.resolve();
    seen += 1;
  });
  return await killWhen(
    start(),
    reached.promise.then(() => delay(moment.delayMs)),
  );
}

export type CutMoment = 'before' | 'after_effect' | 'after_answer';

/** At the n-th request that changes something: before the engine hears of it, before its answer arrives, or right after. */
export async function killAtWrite(
  recording: RecordingSocket,
  start: () => RunningCli,
  moment: { readonly write: number; readonly when: CutMoment },
): Promise<Killed> {
  let seen = 0;
  const matches = (request: RecordedRequest): boolean => isWrite(request) && seen++ === moment.write;
  return killAtRequest(recording, start, { matches, when: moment.when });
}

/** At the first request of a kind. */
export async function killAtRequest(
  recording: RecordingSocket,
  start: () => RunningCli,
  moment: { matches(request: RecordedRequest): boolean; readonly when: CutMoment },
): Promise<Killed> {
  const reached = Promise.withResolvers<void>();
  const running: { cli: RunningCli | null } = { cli: null };
  recording.reset();
  recording.rule({
    matches: (request) => moment.matches(request),
    trouble: { kind: 'cut', when: moment.when },
    times: 1,
    onStrike: () => {
      running.cli?.child.kill('SIGKILL');
      reached.resolve();
    },
  });
  running.cli = start();
  const killed = await killWhen(running.cli, reached.promise);
  recording.reset();
  return killed;
}

/** Whether a request is meant to change something. Probes change nothing, and are as many as the time allows. */
export function isWrite({ method, path }: RecordedRequest): boolean {
  return method !== 'GET' && method !== 'HEAD' && !/^\/(containers\/[^/]+\/)?exec(\/|$)/.test(path);
}

/** As soon as the file has so many lines. */
export async function killAtLine(
  start: () => RunningCli,
  moment: { readonly file: string; readonly lines: number },
): Promise<Killed> {
  const reached = Promise.withResolvers<void>();
  return whileWatching(
    moment.file,
    (lines) => lines >= moment.lines && reached.resolve(),
    async () => killWhen(start(), reached.promise),
  );
}

/** The most lines that the file has while it goes on. */
export async function mostLines(file: string, during: () => Promise<unknown>): Promise<number> {
  let most = 0;
  await whileWatching(file, (lines) => (most = Math.max(most, lines)), during);
  return most;
}

async function whileWatching<T>(file: string, tell: (lines: number) => unknown, during: () => Promise<T>): Promise<T> {
  await mkdir(dirname(file), { recursive: true });
  const watcher = watch(dirname(file), () => void linesOf(file).then(tell));
  try {
    return await during();
  } finally {
    watcher.close();
  }
}

/** Whole lines; 0 where there is no such file. */
async function linesOf(file: string): Promise<number> {
  return (await readFile(file, 'utf8').catch(() => '')).split('\n').length - 1;
}

/** After so many milliseconds. */
export function killAfter(running: RunningCli, ms: number): Promise<Killed> {
  return killWhen(running, delay(ms));
}

async function killWhen(running: RunningCli, moment: Promise<unknown>): Promise<Killed> {
  await Promise.race([moment, running.done]);
  const { child } = running;
  const isAlive = child.exitCode === null && (child.signalCode === null || child.killed);
  if (isAlive) child.kill('SIGKILL');
  const result = await running.done;
  return { isKilled: result.status === 137, result };
}
