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

export function appendLog(file: AppendTarget): AppendLog {
  let waiting: string[] = [];
  let collecting: Promise<void> | null = null;
  let last: Promise<void> = Promise.resolve();
  let failure: { readonly error: unknown } | null = null;
  let closing: Promise<void> | null = null;

  async function flush(previous: Promise<void>): Promise<void> {
    await previous;
    const lines = waiting;
    waiting = [];
    collecting = null;
    if (failure !== null) throw failure.error;
    try {
      await file.appendFile(lines.join(''));
      await file.datasync();
    } catch (error) {
      failure = { error };
      throw error;
    }
  }

  async function close(): Promise<void> {
    await last;
    await file.close();
  }

  return {
    append(line) {
      waiting.push(`${line}\n`);
      if (collecting === null) {
        collecting = flush(last);
        last = collecting.catch(() => undefined);
      }
      return collecting;
    },
    [Symbol.asyncDispose]() {
      closing ??= close();
      return closing;
    },
  };
}
