/** Runs one command: bounded in time, nothing is asked on a terminal, and what it finds in its environment means our engine. */
import type { TrueupError } from '../../../model/failure.ts';
import type { Engine } from '../engine.ts';
import { notInstalled } from './failures.ts';

export interface Call {
  readonly program: 'kind' | 'docker';
  readonly args: readonly string[];
  readonly signal: AbortSignal;
  readonly timeoutMs?: number;
  readonly input?: string | Uint8Array;
  /** The one that it may write to; absent for none. */
  readonly kubeconfig?: string;
}

export interface Answer {
  readonly exitCode: number;
  readonly stdout: Buffer;
  readonly stderr: string;
  /** It was ended because it took too long. */
  readonly timedOut: boolean;
}

const TIMEOUT_MS = 20_000;
const MAX_BYTES = 64 * 1024 * 1024;

/** Variables of the user that would lead to another engine, or have kind take another kind of engine. */
const LEADING = /^(DOCKER_HOST|DOCKER_CONTEXT|KUBECONFIG|KIND_EXPERIMENTAL_PROVIDER|KIND_CLUSTER_NAME)$/;

export function environmentOf({ environment }: Engine, inherited: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const kept = Object.entries(inherited).filter(([name]) => !LEADING.test(name));
  return { ...Object.fromEntries(kept), ...environment, KIND_EXPERIMENTAL_PROVIDER: 'docker', LC_ALL: 'C' };
}

/** Rejects where there is no such command, or the signal aborts; how it ended is for the caller to judge. */
export async function runCommand(engine: Engine, call: Call): Promise<Answer> {
  const { program, args, signal, timeoutMs = TIMEOUT_MS, input, kubeconfig } = call;
  signal.throwIfAborted();
  const { execa } = await import('execa');
  const done = await execa(program, args, {
    env: { ...environmentOf(engine), ...(kubeconfig === undefined ? {} : { KUBECONFIG: kubeconfig }) },
    extendEnv: false,
    ...(input === undefined ? { stdin: 'ignore' } : { input }),
    cancelSignal: signal,
    timeout: timeoutMs,
    forceKillAfterDelay: 1000,
    maxBuffer: MAX_BYTES,
    encoding: 'buffer',
    reject: false,
  });
  signal.throwIfAborted();
  if (done.code === 'ENOENT') throw notInstalled(engine, program);
  return {
    exitCode: done.exitCode ?? 1,
    stdout: Buffer.from(done.stdout),
    stderr: Buffer.from(done.stderr).toString('utf8'),
    timedOut: done.timedOut,
  };
}

/** The same for what has to end well. */
export async function mustRun(engine: Engine, call: Call, refused: (stderr: string) => TrueupError): Promise<Buffer> {
  const { exitCode, stdout, stderr, timedOut } = await runCommand(engine, call);
  if (exitCode === 0) return stdout;
  throw refused(timedOut ? `it did not end within ${(call.timeoutMs ?? TIMEOUT_MS) / 1000} s` : stderr);
}
