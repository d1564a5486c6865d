/**
 * Runs kwokctl, one command a process. Every call is bounded in time, nothing is asked on a terminal, and what it reads of its
 * environment is ours: variables of the user that mean other clusters are left out.
 */
import { TrueupError } from '../../model/failure.ts';
import { scalarText, type Json, member, parseJson } from '../../model/json.ts';
import type { Engine } from './engine.ts';

export interface KwokctlCall {
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface KwokctlAnswer {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** It was ended because it took too long. */
  readonly timedOut: boolean;
}

/** Of the user's environment nothing that would lead kwokctl elsewhere. */
export function environmentFor(own: Readonly<Record<string, string>>, inherited: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(inherited).filter(([name]) => !name.startsWith('KWOK_') && name !== 'KUBECONFIG');
  return { ...Object.fromEntries(kept), ...own };
}

/** Rejects where there is none, or the signal aborts; how it ended is for the caller to judge. */
export async function runKwokctl(engine: Engine, call: KwokctlCall): Promise<KwokctlAnswer> {
  const { args, environment, timeoutMs, signal } = call;
  signal.throwIfAborted();
  const { execa } = await import('execa');
  const done = await execa('kwokctl', args, {
    env: environmentFor({ KWOK_WORKDIR: engine.root, ...environment }, process.env),
    extendEnv: false,
    stdin: 'ignore',
    cancelSignal: signal,
    timeout: timeoutMs,
    forceKillAfterDelay: 1000,
    reject: false,
  });
  signal.throwIfAborted();
  if (done.code === 'ENOENT') throw notInstalled(engine);
  const { exitCode = 1, stdout, stderr, timedOut } = done;
  return { exitCode, stdout, stderr, timedOut };
}

/** The same for what has to succeed; its output. */
export async function mustKwokctl(engine: Engine, call: KwokctlCall): Promise<string> {
  const { exitCode, stdout, stderr, timedOut } = await runKwokctl(engine, call);
  const command = call.args.slice(0, 2).join(' ');
  if (timedOut)
    throw new TrueupError('step_failed', `kwokctl ${command} did not end within ${call.timeoutMs / 1000} s`, {
      retryable: true,
      fields: { command },
      next: 'look at the logs in the folder of the cluster, and apply again: what is half-made is recognised',
    });
  if (exitCode === 0) return stdout;
  throw new TrueupError('step_failed', `kwokctl ${command}: ${complaintOf(stderr)}`, {
    fields: { command, exit_code: exitCode },
    next: 'look at the cause, and apply again',
  });
}

/** Its log is lines of text, or of JSON where nobody watches: the last that speaks of an error says why. */
export function complaintOf(stderr: string): string {
  const lines = stderr
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const line = lines.findLast((text) => /\berr(or)?\b|ERROR/i.test(text)) ?? lines.at(-1) ?? 'it failed';
  const value = jsonOf(line);
  const [message, error] = [member(value, 'msg'), member(value, 'err')];
  if (message === null) return line;
  return error === null ? scalarText(message) : `${scalarText(message)}: ${scalarText(error)}`;
}

function jsonOf(line: string): Json {
  try {
    return parseJson(line);
  } catch {
    return null;
  }
}

/** For who has none, or none that is new enough. */
export const INSTALL =
  '`go install sigs.k8s.io/kwok/cmd/kwokctl@latest sigs.k8s.io/kwok/cmd/kwok@latest` installs both parts of it';

function notInstalled(engine: Engine): TrueupError {
  return new TrueupError('engine_unreachable', `engine "${engine.name}" needs kwokctl, which is not on the PATH`, {
    next: INSTALL,
  });
}
