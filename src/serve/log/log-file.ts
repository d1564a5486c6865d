/**
 * A log file of bounded size: one that has grown to its limit is put aside, and so many of these are kept. Nothing that
 * befalls it is thrown at who writes: lines that cannot be written are counted, and the count is the first thing that is
 * written once it works again. Writing is synchronous, so that what was logged before a crash is there.
 */
import { closeSync, fstatSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { PRIVATE_FILE } from '../../files/atomic-file.ts';
import { PRIVATE_FOLDER } from '../../files/make-folder.ts';
import { compressAside, putAside } from './log-rotation.ts';

export interface LogFileOptions {
  /** Bytes. */
  readonly maxSize: number;
  readonly keep: number;
  /** Told once of trouble, and again when that is over and another one begins. */
  readonly onTrouble: (error: unknown) => void;
  /** What stands for so many lines that are missing. */
  readonly lostLine: (count: number) => string;
}

/** Disposing of it waits for what is being compressed, which is given up. */
export class LogFile implements AsyncDisposable {
  readonly #path: string;
  readonly #options: LogFileOptions;
  #descriptor: number | null = null;
  #size = 0;
  #lost = 0;
  /** Half a line stands at the end. */
  #isTorn = false;
  #isTroubled = false;
  #isClosed = false;
  #compressing: { readonly controller: AbortController; readonly done: Promise<void> } | null = null;

  constructor(path: string, options: LogFileOptions) {
    this.#path = path;
    this.#options = options;
  }

  /** A line with its line break. */
  write(line: string): void {
    if (this.#isClosed) return;
    try {
      this.#makeRoom(Buffer.byteLength(line));
      if (this.#lost > 0) {
        this.#append(this.#options.lostLine(this.#lost));
        this.#lost = 0;
      }
      this.#append(line);
      this.#isTroubled = false;
    } catch (error) {
      this.#lost += 1;
      if (!this.#isTroubled) this.#options.onTrouble(error);
      this.#isTroubled = true;
    }
  }

  /** For those who move the file away themselves: the next line begins, or goes on with, the file of that name. */
  reopen(): void {
    this.#close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#close();
    this.#compressing?.controller.abort();
    await this.#compressing?.done;
  }

  #makeRoom(bytes: number): void {
    this.#open();
    if (this.#size === 0 || this.#size + bytes <= this.#options.maxSize) return;
    this.#compressing?.controller.abort();
    // Where this fails the file stays at its limit, and lines are lost rather than the disk filled.
    putAside(this.#path, this.#options.keep);
    this.#close();
    this.#open();
    if (this.#options.keep > 0) this.#compress();
  }

  #open(): number {
    if (this.#descriptor !== null) return this.#descriptor;
    mkdirSync(dirname(this.#path), { recursive: true, mode: PRIVATE_FOLDER });
    const descriptor = openSync(this.#path, 'a', PRIVATE_FILE);
    this.#descriptor = descriptor;
    this.#size = fstatSync(descriptor).size;
    return descriptor;
  }

  #append(line: string): void {
    const descriptor = this.#open();
    const bytes = Buffer.from(this.#isTorn ? `\n${line}` : line);
    let written = 0;
    while (written < bytes.length) {
      const count = writeSync(descriptor, bytes, written);
      written += count;
      this.#size += count;
      this.#isTorn = written < bytes.length;
    }
  }

  #close(): void {
    const descriptor = this.#descriptor;
    this.#descriptor = null;
    this.#isTorn = false;
    if (descriptor === null) return;
    try {
      closeSync(descriptor);
    } catch (error) {
      this.#options.onTrouble(error);
    }
  }

  #compress(): void {
    const controller = new AbortController();
    const before = this.#compressing?.done ?? Promise.resolve();
    const done = before
      .then(() => compressAside(this.#path, controller.signal))
      .catch((error: unknown) => {
        if (!controller.signal.aborted) this.#options.onTrouble(error);
      });
    this.#compressing = { controller, done };
  }
}
