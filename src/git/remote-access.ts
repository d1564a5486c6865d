/**
 * How git goes to a remote: with the user's own configuration, credential helpers and ssh agent, never with a prompt, and
 * over nothing but the transports that are allowed. Credentials from a URL travel in the environment, which only this user
 * can read, to a helper that is a shell function; they stand on no command line, in no file and in no message.
 */
import { join } from 'node:path';
import type { FailureCode } from '../model/codes.ts';
import { TrueupError } from '../model/failure.ts';
import { formatSize } from '../model/quantity.ts';
import { FETCH_CHECKS } from './fetch-checks.ts';
import { hardenedArguments, hardenedVariables } from './hardened.ts';
import { maskUrls, type RemoteUrl, type Transport } from './remote-url.ts';
import { type GitResult, ownWords, runGit } from './run-git.ts';
import { sizeOf, type SizeWatch, watchSize } from './size-watch.ts';

export interface RemoteLimits {
  /** Connecting, or a transfer that stands still. */
  readonly silenceMs: number;
  /** One call as a whole: a first clone takes its time. */
  readonly totalMs: number;
  /** What its cache may hold on the disk, history included. */
  readonly maxBytes: number;
}

export const REMOTE_LIMITS: RemoteLimits = { silenceMs: 30_000, totalMs: 30 * 60_000, maxBytes: 2 * 1024 ** 3 };

/** For repos of others. */
export const SAFE_TRANSPORTS: readonly Transport[] = ['https', 'ssh'];

/** For repos of the operator's own choosing: all but those that run programs. */
export const ALL_TRANSPORTS: readonly Transport[] = ['https', 'http', 'ssh', 'git', 'file'];

export interface RemoteAccess {
  readonly url: RemoteUrl;
  readonly transports: readonly Transport[];
  readonly limits: RemoteLimits;
}

/** Variables of git that say how to get somewhere; all others that begin with GIT_ say which repo, and are left out. */
const KEPT =
  /^GIT_(ASKPASS|SSH|SSH_COMMAND|SSH_VARIANT|SSL_.*|PROXY_.*|HTTP_.*|CONFIG_(GLOBAL|SYSTEM|NOSYSTEM|COUNT|KEY_\d+|VALUE_\d+))$/;

const FROM_URL =
  '!f() { test "$1" = get && printf "username=%s\\npassword=%s\\n" "$TRUEUP_GIT_USERNAME" "$TRUEUP_GIT_PASSWORD"; }; f';

/** Throws `transport_refused` before git is asked. */
export function assertAllowed({ url, transports }: RemoteAccess): void {
  if (transports.includes(url.transport)) return;
  throw new TrueupError('transport_refused', `${url.shown} is reached over ${url.transport}, which is not allowed`, {
    fields: { url: url.shown, transport: url.transport },
    next: `use ${transports.join(' or ')}`,
  });
}

/** Runs a git command that goes to the remote; `directory` is a bare repo of ours. */
export async function runRemote(
  access: RemoteAccess,
  directory: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<GitResult> {
  assertAllowed(access);
  const { transports, limits, url } = access;
  const env = await remoteEnvironment(access, directory, process.env, signal);
  const { totalMs: timeoutMs, silenceMs } = limits;
  // Outlives nobody for long, also where whoever started it is killed and no longer watches.
  const slow = ['-c', 'http.lowSpeedLimit=1', '-c', `http.lowSpeedTime=${Math.max(1, Math.ceil(silenceMs / 1000))}`];
  // Nothing else brings objects along.
  const isFetch = args[0] === 'fetch';
  const checks = isFetch ? FETCH_CHECKS : [];
  const words = [...hardenedArguments(transports), ...slow, ...checks, '--git-dir=.', ...args];
  await using size = isFetch ? watchSize(join(directory, 'objects'), limits.maxBytes) : NO_WATCH;
  const either = AbortSignal.any([signal, size.signal]);
  const result = await runGit(words, { cwd: directory, env, timeoutMs, silenceMs }, either).catch((error: unknown) => {
    if (size.signal.aborted && !signal.aborted) throw tooLarge(access, 'history');
    throw error;
  });
  // What came between two looks.
  if (isFetch && (await sizeOf(join(directory, 'objects'))) > limits.maxBytes) throw tooLarge(access, 'history');
  return { ...result, stderr: maskUrls(result.stderr, url.credentials) };
}

const NO_WATCH: SizeWatch = {
  signal: new AbortController().signal,
  [Symbol.asyncDispose]: () => Promise.resolve(),
};

/** Of a remote that has more than it may: as it is sent, or as the files of one commit. */
export function tooLarge(
  { url: { shown }, limits: { maxBytes } }: RemoteAccess,
  reason: 'history' | 'files',
): TrueupError {
  return new TrueupError('remote_too_large', `${shown} is larger than the ${formatSize(maxBytes)} that it may have`, {
    fields: { url: shown, max_bytes: maxBytes, reason },
    next: 'where that is meant, allow more: `git.sources.<URL>.max_size` in trueup.yaml in ~/.config/trueup',
  });
}

/** What went wrong, told apart by what somebody can do about it. */
export function remoteFailure(access: RemoteAccess, result: GitResult): TrueupError {
  const { shown } = access.url;
  const { code, what, next } = trouble(access, result);
  const said = lastWords(result.stderr);
  return new TrueupError(code, `${shown} ${what}${said === '' ? '' : `: ${said}`}`, {
    retryable: code === 'remote_unreachable',
    fields: { url: shown, ended: result.ended, stderr: result.stderr },
    next,
  });
}

interface Trouble {
  readonly code: FailureCode;
  readonly what: string;
  readonly next: string;
}

const DENIED =
  /Authentication failed|could not read (Username|Password)|Permission denied|Host key verification failed|HTTP 40[13]\b|error: 40[13]\b|access denied|Repository not found|repository '.*' not found|does not appear to be a git repository/i;

function trouble({ limits, url }: RemoteAccess, { ended, stderr }: GitResult): Trouble {
  const said = ownWords(stderr);
  const again = `it is tried again by itself; \`git ls-remote ${url.shown}\` tries it by hand`;
  if (ended === 'silent') {
    return { code: 'remote_unreachable', what: `said nothing for ${limits.silenceMs / 1000} s`, next: again };
  }
  if (ended === 'timed_out') {
    return { code: 'remote_unreachable', what: `took longer than ${limits.totalMs / 1000} s`, next: again };
  }
  if (/transport '.*' not allowed/.test(said)) {
    return { code: 'transport_refused', what: 'leads to a transport that is not allowed', next: 'use https or ssh' };
  }
  if (DENIED.test(said)) {
    const next = `give git what it needs to get in (a credential helper, an ssh key, a known host), until \`git ls-remote ${url.shown}\` works without a question`;
    return { code: 'remote_denied', what: 'lets nobody in, or is not there', next };
  }
  return { code: 'remote_unreachable', what: 'cannot be read', next: again };
}

/** The lines that say why, as one. */
function lastWords(stderr: string): string {
  const lines = stderr
    .split('\n')
    .filter(
      (line) =>
        !/^(hint:|From |To |$)|Could not read from remote|^Please make sure you|^and the repository exists/.test(line),
    );
  return lines
    .slice(-3)
    .map((line) => line.replace(/^(fatal|error): /, ''))
    .join('; ')
    .slice(0, 500);
}

async function remoteEnvironment(
  access: RemoteAccess,
  directory: string,
  variables: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Record<string, string>> {
  const { url, transports, limits } = access;
  const kept = Object.entries(variables).flatMap(([name, value]) => {
    const isLeftOut = (name.startsWith('GIT_') && !KEPT.test(name)) || name === 'SSH_ASKPASS';
    return isLeftOut || value === undefined ? [] : [[name, value] as const];
  });
  const base = { ...Object.fromEntries(kept), ...hardenedVariables(transports) };
  const ssh = url.transport === 'ssh' ? await sshCommand(directory, base, limits, signal) : null;
  const env = ssh === null ? base : { ...base, GIT_SSH_COMMAND: ssh };
  return url.credentials === null ? env : withCredentials(env, url);
}

/** The user's own ssh, which asks nothing and gives up in time. `null` where it is another program with other options. */
async function sshCommand(
  directory: string,
  env: Readonly<Record<string, string>>,
  { silenceMs }: RemoteLimits,
  signal: AbortSignal,
): Promise<string | null> {
  if (env['GIT_SSH_COMMAND'] === undefined && env['GIT_SSH'] !== undefined) return null;
  const found = await runGit(['--git-dir=.', 'config', '--get', 'core.sshCommand'], { cwd: directory, env }, signal);
  const command = (env['GIT_SSH_COMMAND'] ?? found.stdout.toString('utf8').trim()) || 'ssh';
  if (!/(^|\/)ssh$/.test(command.split(' ')[0] ?? '')) return null;
  const seconds = Math.max(1, Math.ceil(silenceMs / 2000));
  return `${command} -oBatchMode=yes -oConnectTimeout=${seconds} -oServerAliveInterval=${seconds} -oServerAliveCountMax=2`;
}

/** With a password in the URL, its credentials are the only ones; a user alone is a hint for the user's own helpers. */
function withCredentials(env: Readonly<Record<string, string>>, { credentials }: RemoteUrl): Record<string, string> {
  if (credentials === null) return { ...env };
  const { username, password } = credentials;
  const pairs: readonly (readonly [string, string])[] =
    password === null
      ? [['credential.username', username]]
      : [
          ['credential.helper', ''],
          ['credential.helper', FROM_URL],
        ];
  const start = Number(env['GIT_CONFIG_COUNT'] ?? '0') || 0;
  const added: Record<string, string> = {};
  for (const [index, [key, value]] of pairs.entries()) {
    added[`GIT_CONFIG_KEY_${start + index}`] = key;
    added[`GIT_CONFIG_VALUE_${start + index}`] = value;
  }
  return {
    ...env,
    ...added,
    GIT_CONFIG_COUNT: String(start + pairs.length),
    ...(password === null ? {} : { TRUEUP_GIT_USERNAME: username, TRUEUP_GIT_PASSWORD: password }),
  };
}
