/**
 * Hands the three streams over to a program until it ends. Signals that mean this process are handed on to it; a Ctrl-C at
 * the terminal it gets by itself, as everything that runs in the foreground.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { errnoOf } from '../../files/errno.ts';
import { TrueupError } from '../../model/failure.ts';

export interface Program {
  readonly name: string;
  readonly args: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** What to do where there is no such program. */
  readonly install: string;
}

const HANDED_ON: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];

/** As a shell says it where a signal ended the program. */
const BY_SIGNAL = 128;

/** Resolves with its exit status. */
export async function handOver({ name, args, environment, install }: Program): Promise<number> {
  const child = spawn(name, [...args], { env: environment, stdio: 'inherit' });
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.once('error', (cause) => {
    if (errnoOf(cause) !== 'ENOENT') return reject(cause);
    return reject(new TrueupError('tool_missing', `${name} is not on the PATH`, { cause, next: install }));
  });
  child.once('exit', (code, ended) => resolve(code ?? BY_SIGNAL + (ended === null ? 0 : constants.signals[ended])));
  const handlers = HANDED_ON.map((signal) => {
    const isFromTerminal = process.stdin.isTTY && (signal === 'SIGINT' || signal === 'SIGQUIT');
    return [signal, (): void => void (isFromTerminal || child.kill(signal))] as const;
  });
  for (const [signal, handler] of handlers) process.on(signal, handler);
  try {
    return await promise;
  } finally {
    for (const [signal, handler] of handlers) process.off(signal, handler);
  }
}
