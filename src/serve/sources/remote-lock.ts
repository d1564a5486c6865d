/** Locks of what is kept of a remote: its cache for as long as git works in it, its clone for as long as it is served. */
import { type HeldLocks, acquireLock } from '../../state/locks/lock.ts';
import { TrueupError } from '../../model/failure.ts';

export interface RemoteLockOptions {
  /** Without credentials. */
  readonly url: string;
  readonly timeoutMs?: number;
  readonly signal: AbortSignal;
}

/** `path`: what is locked. Throws `locked` and says who holds it. */
export async function lockOf(path: string, { url, timeoutMs, signal }: RemoteLockOptions): Promise<HeldLocks> {
  const request = { engine: path, project: path, environment: url, command: 'trueup serve' };
  try {
    return await acquireLock(request, { signal, ...(timeoutMs === undefined ? {} : { timeoutMs }) });
  } catch (error) {
    if (!(error instanceof TrueupError) || error.code !== 'locked') throw error;
    throw new TrueupError(
      'locked',
      error.message.replace(/^environment .* is (being changed|held) /, `${url} is served `),
      {
        cause: error,
        retryable: true,
        fields: error.fields,
        next: `one process serves a URL at a time: ${error.next ?? 'end the other one'}`,
      },
    );
  }
}
