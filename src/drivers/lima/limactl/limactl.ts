/**
 * Runs limactl. Every call has a time-out, nothing is ever asked on a terminal, and the working folder is one of ours: limactl
 * leaves what it rejects where it is run.
 */
import { tmpdir } from 'node:os';
import type { Engine } from '../engine.ts';
import { assertReading } from './allowed.ts';
import type { Command } from './command.ts';
import { isRefusedToRoot, notInstalled, refused, refusedToRoot, unreachable } from './failures.ts';

export interface Answer {
  readonly exit_code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface AskOptions {
  readonly timeoutMs?: number;
  /** Beside what this process has. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface Limactl {
  readonly engine: Engine;
  /** Whatever it ends with. Rejects where it cannot be run, takes too long, or the signal aborts. */
  ask(command: Command, signal: AbortSignal, options?: AskOptions): Promise<Answer>;
}

const TIMEOUT_MS = 30_000;
const MAX_BYTES = 64 * 1024 * 1024;

/** Only what reads. */
export function readingLimactl(engine: Engine): Limactl {
  return {
    engine,
    ask(command, signal, options) {
      assertReading(command);
      return ask(engine, command, signal, options);
    },
  };
}

export function changingLimactl(engine: Engine): Limactl {
  return { engine, ask: (command, signal, options) => ask(engine, command, signal, options) };
}

/** One command that has to succeed; its output. */
export async function must(
  limactl: Limactl,
  command: Command,
  signal: AbortSignal,
  options?: AskOptions,
): Promise<string> {
  const { exit_code: code, stdout, stderr } = await limactl.ask(command, signal, options);
  if (code !== 0) throw refused(limactl.engine, command, stderr);
  return stdout;
}

/** What every call of limactl is run with, those that go on as well. */
export function environmentOf({ home }: Engine): NodeJS.ProcessEnv {
  return { ...process.env, LIMA_HOME: home, LC_ALL: 'C' };
}

export const QUIETLY: Command = ['--tty=false', '--log-format', 'json', '--log-level', 'warn'];

async function ask(
  engine: Engine,
  command: Command,
  signal: AbortSignal,
  { timeoutMs = TIMEOUT_MS, env = {} }: AskOptions = {},
): Promise<Answer> {
  signal.throwIfAborted();
  const { execa } = await import('execa');
  const done = await execa('limactl', [...QUIETLY, ...command], {
    env: { ...environmentOf(engine), ...env },
    extendEnv: false,
    cwd: tmpdir(),
    stdin: 'ignore',
    cancelSignal: signal,
    timeout: timeoutMs,
    forceKillAfterDelay: 1000,
    maxBuffer: MAX_BYTES,
    stripFinalNewline: false,
    reject: false,
  });
  signal.throwIfAborted();
  if (done.code === 'ENOENT') throw notInstalled(engine);
  if (done.timedOut)
    throw unreachable(engine, `limactl ${command[0] ?? ''} gave no answer within ${timeoutMs / 1000} s`);
  if (isRefusedToRoot(done.stderr)) throw refusedToRoot(engine);
  return { exit_code: done.exitCode ?? 1, stdout: done.stdout, stderr: done.stderr };
}
