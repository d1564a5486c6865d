/** Joins a terminal and a stream, byte for byte, until the person presses the key, the stream ends, or the signal aborts. */
import type { Duplex, Readable, Writable } from 'node:stream';

export interface Terminal {
  readonly input: Readable & { setRawMode?(isRaw: boolean): unknown };
  readonly output: Writable;
}

/** Ctrl-]. */
const LEAVE = 0x1d;

/** Leaves the terminal as it found it. Rejects where the stream fails. */
export async function handOver({ input, output }: Terminal, stream: Duplex, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const typed = (chunk: Buffer): void => {
    const at = chunk.indexOf(LEAVE);
    stream.write(at === -1 ? chunk : chunk.subarray(0, at));
    if (at !== -1) resolve();
  };
  const said = (chunk: Buffer): void => void output.write(chunk);
  const aborted = (): void => reject(signal.reason);
  signal.addEventListener('abort', aborted);
  stream.on('data', said).once('close', resolve).once('error', reject);
  input.on('data', typed).once('end', resolve);
  input.setRawMode?.(true);
  input.resume();
  try {
    await promise;
  } finally {
    signal.removeEventListener('abort', aborted);
    input.removeListener('data', typed).removeListener('end', resolve);
    input.setRawMode?.(false);
    input.pause();
    stream.removeListener('data', said);
    stream.destroy();
  }
}
