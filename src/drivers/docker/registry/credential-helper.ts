/**
 * Credential helpers: `docker-credential-<name> get`, with the server on standard input and the login as JSON on standard
 * output. What a helper prints is never quoted, because it may be the secret itself.
 */
import { isJsonObject, member, parseJson } from '../../../model/json.ts';
import type { Credentials, LoginOptions } from './login.ts';

export interface HelperAnswer {
  readonly credentials: Credentials | null;
  /** Why the helper gave no answer; that it knows no login is none. */
  readonly problem: string | null;
}

/** Some ask a person, and the person has to find the window first. */
const PATIENCE_MS = 60_000;
const MAX_BYTES = 1024 * 1024;

/** What a helper calls the user of an identity token. */
const TOKEN_USER = '<token>';

export async function askHelper(
  name: string,
  server: string,
  { environment, signal }: LoginOptions,
): Promise<HelperAnswer> {
  signal.throwIfAborted();
  const program = `docker-credential-${name}`;
  const problem = (text: string): HelperAnswer => ({ credentials: null, problem: `${program} ${text}` });
  // What is no name of a program could be a path to one.
  if (!/^[\w.+-]+$/.test(name)) return problem('is no name of a credential helper');
  const { execa } = await import('execa');
  const { stdout, failed, timedOut, exitCode, code } = await execa(program, ['get'], {
    input: server,
    env: environment,
    extendEnv: false,
    cancelSignal: signal,
    timeout: PATIENCE_MS,
    forceKillAfterDelay: 1000,
    maxBuffer: MAX_BYTES,
    stderr: 'ignore',
    reject: false,
  });
  signal.throwIfAborted();
  if (code === 'ENOENT') return problem('is not installed, or not on the PATH');
  if (timedOut) return problem(`did not answer within ${PATIENCE_MS / 1000} s`);
  if (failed)
    return saysNothing(stdout) ? UNKNOWN : problem(`failed with ${code ?? `status ${exitCode ?? 'unknown'}`}`);
  return { credentials: credentialsOf(stdout), problem: null };
}

const UNKNOWN: HelperAnswer = { credentials: null, problem: null };

/** Helpers have no status of their own for a server that they know nothing of; these are the words that they agree on. */
function saysNothing(stdout: string): boolean {
  return /^\s*(credentials not found|no credentials (server url|username)|.*credentials not found in native keychain)/i.test(
    stdout,
  );
}

function credentialsOf(stdout: string): Credentials | null {
  try {
    const answer = parseJson(stdout);
    const [username, secret] = [member(answer, 'Username'), member(answer, 'Secret')];
    if (!isJsonObject(answer) || typeof secret !== 'string' || secret === '') return null;
    if (username === TOKEN_USER) return { identitytoken: secret };
    return typeof username === 'string' && username !== '' ? { username, password: secret } : null;
  } catch {
    return null;
  }
}
