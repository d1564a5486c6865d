/**
 * Runs one git process within bounds: of time, of output, and of what it leaves behind. It gets a process group and a
 * session of its own, so that whatever it started (ssh, transport and credential helpers) ends with it, and nothing of it
 * finds a terminal to ask on. How it ended is the result; only an abort, and a git that cannot be started, are thrown.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { TrueupError } from '../model/failure.ts';

export interface RunGitOptions {
  readonly cwd: string;
  /** The whole environment of the process. */
  readonly env: Readonly<Record<string, string>>;
  /** How long it may take as a whole. */
  readonly timeoutMs?: number;
  /** How long it may say nothing; with `--progress` that covers a connect that hangs and a transfer that stalls. */
  readonly silenceMs?: number;
  /** More output than this ends it. */
  readonly maxBytes?: number;
}

export interface GitResult {
  readonly ended: 'exited' | 'timed_out' | 'silent' | 'said_too_much';
  /** `null` where a signal ended it. */
  readonly exitCode: number | null;
  readonly stdout: Buffer;
  /** Its end, where there is much. */
  readonly stderr: string;
}

const MAX_BYTES = 64 * 1024 * 1024;
const MAX_STDERR = 64 * 1024;
/** How long a process that was asked to end may take, such as to remove its lock files. */
const GRACE_MS = 2_000;

type GitChild = ChildProcessByStdio<null, Readable, Readable>;

/** Throws `git_missing` where there is no git, and the reason of the signal. */
export async function runGit(args: readonly string[], options: RunGitOptions, signal: AbortSignal): Promise<GitResult> {
  signal.throwIfAborted();
  const { cwd, env, timeoutMs, silenceMs, maxBytes = MAX_BYTES } = options;
  const child = spawn('git', args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let ended: GitResult['ended'] = 'exited';
  using ending = endingOf(child);
  function endAs(how: GitResult['ended']): void {
    if (ended === 'exited') ended = how;
    ending.begin();
  }
  const onAbort = (): void => ending.begin();
  signal.addEventListener('abort', onAbort, { once: true });
  const overdue = timer(timeoutMs, () => endAs('timed_out'));
  const silence = timer(silenceMs, () => endAs('silent'));
  const chunks: Buffer[] = [];
  let length = 0;
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    silence?.refresh();
    length += chunk.length;
    if (length <= maxBytes) chunks.push(chunk);
    else endAs('said_too_much');
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    silence?.refresh();
    stderr = (stderr + text).slice(-MAX_STDERR);
  });
  try {
    const exitCode = await closed(child, cwd);
    signal.throwIfAborted();
    return { ended, exitCode, stdout: Buffer.concat(chunks), stderr: withoutProgress(stderr) };
  } finally {
    clearTimeout(overdue);
    clearTimeout(silence);
    signal.removeEventListener('abort', onAbort);
  }
}

function timer(ms: number | undefined, then: () => void): NodeJS.Timeout | undefined {
  return ms === undefined ? undefined : setTimeout(then, ms);
}

/** What the remote did not say through it: anybody can make a server say anything. */
export function ownWords(stderr: string): string {
  return stderr
    .split('\n')
    .filter((line) => !/^(remote: |fatal: remote error: )/.test(line))
    .join('\n');
}

/** What `--progress` draws over itself is nothing to quote, and neither is what would move a terminal. */
function withoutProgress(stderr: string): string {
  const lines = stderr
    .split('\n')
    .map((line) => line.slice(line.lastIndexOf('\r', line.length - 2) + 1))
    // What goes wrong meanwhile is said on the same line.
    .map((line) => line.replace(/^[A-Z][a-z]+( [a-z]+)*: +\d+[^:]*?(?=(error|fatal|warning): )/, ''))
    .map((line) => line.replaceAll(/\p{Cc}/gu, '').trimEnd());
  return lines
    .filter((line) => line !== '' && !/^(remote: )?[A-Z][a-z]+( [a-z]+)*: +\d+/.test(line))
    .join('\n')
    .trim();
}

function closed(child: GitChild, cwd: string): Promise<number | null> {
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.once('error', (error) => {
    if (child.pid === undefined) reject(notStarted(cwd, error));
  });
  child.once('close', resolve);
  return promise;
}

/** A folder that is gone is reported by the system as if the program were. */
function notStarted(cwd: string, cause: Error): TrueupError {
  const fields = { directory: cwd };
  const isMissing = 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'EACCES');
  if (isMissing && existsSync(cwd)) {
    return new TrueupError('git_missing', 'git is not installed, or not on the PATH', {
      cause,
      fields,
      next: 'Install git (https://git-scm.com/downloads) and try again.',
    });
  }
  const reason = isMissing ? 'the folder is gone' : cause.message;
  return new TrueupError('git_failed', `git cannot be started in ${cwd}: ${reason}`, {
    cause,
    fields,
    retryable: !isMissing,
  });
}

/** Ends the whole group: asked first, and by force a moment later. */
function endingOf(child: GitChild): Disposable & { begin(): void } {
  let forced: NodeJS.Timeout | undefined;
  return {
    begin() {
      if (forced !== undefined) return;
      killGroup(child, 'SIGTERM');
      forced = setTimeout(() => {
        killGroup(child, 'SIGKILL');
        // Whoever left the group may still hold the pipes.
        child.stdout.destroy();
        child.stderr.destroy();
      }, GRACE_MS);
    },
    [Symbol.dispose]() {
      clearTimeout(forced);
    },
  };
}

function killGroup(child: GitChild, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}
