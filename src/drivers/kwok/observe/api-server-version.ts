/** Which API server a new cluster gets: the one on the PATH, if there is one. Those that there are have their own. */
import { findBinaries } from '../binaries.ts';
import { versionIn } from '../facts.ts';

export interface FoundApiServer {
  /** `null` where there is none, and kwokctl fetches one; or where it does not say. */
  readonly version: string | null;
  /** Why it is of no use; `null` for one that is, or for none. */
  readonly problem: string | null;
}

const TIMEOUT_MS = 10_000;

export async function findApiServer(signal: AbortSignal, timeoutMs: number = TIMEOUT_MS): Promise<FoundApiServer> {
  const { 'kube-apiserver': binary } = await findBinaries();
  if (binary === undefined) return { version: null, problem: null };
  const { execa } = await import('execa');
  const { stdout, timedOut } = await execa(binary, ['--version'], {
    stdin: 'ignore',
    cancelSignal: signal,
    timeout: timeoutMs,
    forceKillAfterDelay: 1000,
    reject: false,
  });
  signal.throwIfAborted();
  const version = versionIn(stdout ?? '');
  if (version !== null) return { version, problem: null };
  const why = timedOut ? `, and did not end within ${timeoutMs / 1000} s` : '';
  return { version, problem: `${binary} does not say which version it is${why}` };
}
