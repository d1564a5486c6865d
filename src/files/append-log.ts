/**
 * A log of lines that are on the disk when an append resolves. Lines keep the order in which they were given, and all
 * that is asked for while a flush is under way shares the next one: many callers at once cost as much as one. After a
 * failure nothing more is written, since the file may end in half a line.
 */
import { open } from 'node:fs/promises';
import { PRIVATE_FILE } from './atomic-file.ts';

/** Disposing of it, once or more often, closes the file after what was asked for is written. */
export interface AppendLog extends AsyncDisposable {
  /** Resolves once the line, and whatever was given before it, outlives a power failure. */
  append(line: string): Promise<void>;
  /** The same for a line that nobody waits with: it shares the flush of what comes in this turn of the event loop. */
  appendSoon(line: string): Promise<void>;
}

/** A file that is open for appending. */
export interface AppendTarget {
  appendFile(text: string): Promise<void>;
  datasync(): Promise<void>;
  close(): Promise<void>;
}

/** Whoever made the file has made its name last. */
export async function openAppendLog(path: string): Promise<AppendLog> {
  return appendLog(await open(path, 'a', PRIVATE_FILE));
}

/** Lines that reach the disk together. */
interface Batch {
  readonly lines: string[];
  readonly written: PromiseWithResolvers<void>;
  isBegun: boolean;
}

export function appendLog(file: AppendTarget): AppendLog {
  /** What is asked for now goes in here. */
  let collecting: Batch | null = null;
  let last: Promise<void> = Promise.resolve();
  let failure: { readonly error: unknown } | null = null;
  let closing: Promise<void> | null = null;

  function collected(line: string): Batch {
    collecting ??= { lines: [], written: Promise.withResolvers(), isBegun: false };
    collecting.lines.push(`${line}\n`);
    return collecting;
  }

  function begin(batch: Batch): void {
    if (batch.isBegun) return;
    batch.isBegun = true;
    last = flush(batch, last);
  }

  async function flush({ lines, written }: Batch, previous: Promise<void>): Promise<void> {
    await previous;
    collecting = null;
    try {
      if (failure !== null) throw failure.error;
      await file.appendFile(lines.join(''));
      await file.datasync();
      written.resolve();
    } catch (error) {
      failure = { error };
      written.reject(error);
    }
  }

  async function close(): Promise<void> {
    if (collecting !== null) begin(collecting);
    await last;
    await file.close();
  }

  return {
    append(line) {
      const batch = collected(line);
      begin(batch);
      return batch.written.promise;
    },
    appendSoon(line) {
      const batch = collected(line);
      if (!batch.isBegun) setImmediate(() => begin(batch));
      return batch.written.promise;
    },
    [Symbol.asyncDispose]() {
      closing ??= close();
      return closing;
    },
  };
}
