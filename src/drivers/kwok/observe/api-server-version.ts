/** Which API server a new cluster gets: the one on the PATH, if there is one. */
import { TrueupError } from '../../../model/failure.ts';
import { findBinaries } from '../binaries.ts';
import { versionIn } from '../facts.ts';

/** `null` where there is none, and kwokctl fetches one. Rejects with `engine_unreachable` where it cannot say. */
export async function apiServerVersion(signal: AbortSignal, timeoutMs: number): Promise<string | null> {
  const { 'kube-apiserver': binary } = await findBinaries();
  if (binary === undefined) return null;
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
  if (version !== null) return version;
  const why = timedOut ? `, and did not end within ${timeoutMs / 1000} s` : '';
  throw new TrueupError('engine_unreachable', `${binary} does not say which version it is${why}`, {
    fields: { binary },
    next: 'kwokctl would start it: repair it, or take it off the PATH, so that kwokctl fetches one',
  });
}
