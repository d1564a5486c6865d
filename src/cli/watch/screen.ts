/**
 * The screen of `watch`: draws where something changed, at most ten times a second and at least once in a while for the
 * ages, on the terminal's ordinary screen, so that the last frame stays when it ends. Keys choose and ask; what they ask
 * for is done by others.
 */
import { createLogUpdate } from 'log-update';
import { type Paint, painter } from '../../report/paint.ts';
import { displayWidth } from '../../report/safe-text.ts';
import { watchFrame, type WatchScreen } from '../../report/watch-frame.ts';

export interface ScreenStream extends NodeJS.WritableStream {
  readonly columns?: number;
  readonly rows?: number;
}

export interface ScreenOptions {
  readonly stream: ScreenStream;
  readonly color: boolean;
  now(): number;
  /** What is to be seen now; asked before each frame. */
  screen(): WatchScreen;
  /** Takes known secrets out of a text. */
  mask(text: string): string;
}

const FRAME_MS = 100;
/** Ages grow without anybody saying so. */
const TICK_MS = 1_000;

export class Screen implements Disposable {
  readonly #options: ScreenOptions;
  readonly #paint: Paint;
  readonly #log: ReturnType<typeof createLogUpdate>;
  readonly #ticking: NodeJS.Timeout;
  readonly #onResize = (): void => this.#resized();
  #timer: NodeJS.Timeout | null = null;
  #frame = '';

  constructor(options: ScreenOptions) {
    const { stream, color } = options;
    this.#options = options;
    this.#paint = painter(color);
    // The cursor stays visible: a hidden one would stay hidden if the process died.
    this.#log = createLogUpdate(stream, { showCursor: true });
    this.#ticking = setInterval(() => this.changed(), TICK_MS);
    stream.on('resize', this.#onResize);
    this.#draw();
  }

  /** Something is to be drawn. */
  changed(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#draw();
    }, FRAME_MS);
  }

  /** Leaves the last frame where it is. */
  [Symbol.dispose](): void {
    clearInterval(this.#ticking);
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#options.stream.removeListener('resize', this.#onResize);
    this.#draw();
    this.#log.done();
  }

  #draw(): void {
    const { screen, now, mask } = this.#options;
    this.#frame = mask(watchFrame(screen(), { ...this.#size(), now: now(), paint: this.#paint }));
    this.#log(this.#frame);
  }

  /** A terminal that was never given a size says 0. */
  #size(): { readonly columns: number; readonly rows: number } {
    const { columns = 0, rows = 0 } = this.#options.stream;
    return { columns: columns > 0 ? columns : 80, rows: rows > 0 ? rows : 24 };
  }

  /** The terminal has wrapped the old frame anew, and it is erased by its new height. */
  #resized(): void {
    const { columns } = this.#size();
    const lines = this.#frame.split('\n');
    const height = lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(displayWidth(line) / columns)), 0);
    this.#options.stream.write(`\u001B[${height}A\r\u001B[J`);
    this.#log.done();
    this.#draw();
  }
}
