/**
 * Progress as a live table on a terminal. Events only note what happened; the clock draws, at most ten times a second,
 * so that a burst of events costs nothing and never flickers. After a resize the old frame, which the terminal wrapped
 * anew, is erased by its new height before the next is drawn.
 */
import { createLogUpdate } from 'log-update';
import type { ProgressEvent } from '../model/events.ts';
import { liveFrame } from './live-frame.ts';
import { LiveRows } from './live-rows.ts';
import { type Paint, painter } from './paint.ts';
import type { PrinterOptions, ProgressClock, ProgressPrinter, ProgressStream } from './progress-printer.ts';
import { displayWidth } from './safe-text.ts';

const FRAME_MS = 100;

export class LiveProgress implements ProgressPrinter {
  readonly #stream: ProgressStream;
  readonly #clock: ProgressClock;
  readonly #paint: Paint;
  readonly #rows = new LiveRows();
  readonly #log: ReturnType<typeof createLogUpdate>;
  readonly #onResize = (): void => this.#resized();
  #stopTimer: (() => void) | null = null;
  #frame = '';
  #closed = false;

  constructor(stream: ProgressStream, options: PrinterOptions) {
    this.#stream = stream;
    this.#clock = options.clock;
    this.#paint = painter(options.color);
    // The cursor stays visible: a hidden one would stay hidden if the process died.
    this.#log = createLogUpdate(stream, { showCursor: true });
    stream.on('resize', this.#onResize);
  }

  emit(event: ProgressEvent): void {
    if (this.#closed) return;
    this.#rows.update(event, this.#clock.now());
    if (event.type === 'run_ended') this.close();
    else this.#stopTimer ??= this.#clock.every(FRAME_MS, () => this.#draw());
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stopTimer?.();
    this.#stream.removeListener('resize', this.#onResize);
    if (this.#rows.all().length > 0) this.#draw();
    this.#log.done();
  }

  #draw(): void {
    this.#frame = liveFrame(this.#rows.all(), {
      ...this.#size(),
      now: this.#clock.now(),
      paint: this.#paint,
      stopping: this.#rows.stopping && !this.#closed,
    });
    this.#log(this.#frame);
  }

  /** A terminal that was never given a size says 0. */
  #size(): { readonly columns: number; readonly rows: number } {
    const { columns = 0, rows = 0 } = this.#stream;
    return { columns: columns > 0 ? columns : 80, rows: rows > 0 ? rows : 24 };
  }

  #resized(): void {
    if (this.#frame === '') return;
    const { columns } = this.#size();
    const height = this.#frame
      .split('\n')
      .reduce((sum, line) => sum + Math.max(1, Math.ceil(displayWidth(line) / columns)), 0);
    this.#stream.write(`\u001B[${height}A\r\u001B[J`);
    this.#log.done();
    this.#draw();
  }
}
