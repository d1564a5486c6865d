/**
 * Waits for a process as long as it may take, or until the signal aborts, and then leaves it to its end: it goes on, and keeps nobody
 * from ending.
 */
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { waitFor } from '../../wait.ts';

interface Left {
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly nodeChildProcess: { unref(): void };
}

/** `null` where it was left. */
export async function heardWithin<T>(
  child: Promise<T> & Left,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<T | null> {
  const heard = new AbortController();
  const late = waitFor(timeoutMs, AbortSignal.any([signal, heard.signal])).then(() => null);
  const done = await Promise.race([child, late]).finally(() => heard.abort());
  if (done !== null) return done;
  child.nodeChildProcess.unref();
  for (const stream of [child.stdout, child.stderr]) if (stream instanceof Socket) stream.unref();
  return null;
}
