/** What a progress printer is, and what it is given: a stream, a clock, and nothing global. */
import type { ProgressEvent } from '../model/events.ts';

export interface ProgressPrinter {
  emit(event: ProgressEvent): void;
  /** Leaves the last state on the screen and stops drawing. Idempotent; events that come later are dropped. */
  close(): void;
}

export interface ProgressClock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back every so often until the returned function is called. Must not keep the process alive. */
  every(milliseconds: number, callback: () => void): () => void;
}

export interface ProgressStream extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

export interface PrinterOptions {
  readonly clock: ProgressClock;
  readonly color: boolean;
}
