/** Runs a program without the terminal, for a document of what it said: both streams, in the order written. */
import { constants } from 'node:os';
import { TrueupError } from '../../model/failure.ts';
import type { Program } from './hand-over.ts';

export interface Captured {
  readonly exitCode: number;
  readonly output: string;
}

/** Beyond this it is ended: nobody reads a document of that size. */
const MAX_OUTPUT = 16 * 1024 * 1024;

export async function captured(program: Program, signal: AbortSignal): Promise<Captured> {
  const { execa } = await import('execa');
  const done = await execa(program.name, [...program.args], {
    env: program.environment,
    extendEnv: false,
    stdin: 'ignore',
    all: true,
    stripFinalNewline: false,
    maxBuffer: MAX_OUTPUT,
    cancelSignal: signal,
    forceKillAfterDelay: 5000,
    reject: false,
  });
  signal.throwIfAborted();
  if (done.code === 'ENOENT')
    throw new TrueupError('tool_missing', `${program.name} is not on the PATH`, { next: program.install });
  const ended = done.signal === undefined ? 1 : 128 + constants.signals[done.signal];
  return { exitCode: done.exitCode ?? ended, output: done.all };
}
