/** How far a pull is, in one line: `3 of 7 layers, 41.2 of 88.0 MB`. */
import type { PullMessage } from '../api/engine-api.ts';

interface Layer {
  /** Bytes so far, and of how many. */
  current: number;
  total: number;
  isDone: boolean;
  /** The engine waits before it asks for it again. */
  isRetried: boolean;
}

const MEGABYTE = 1_000_000;
/** More often than this nobody can read. */
const PAUSE_MS = 250;

export class PullProgress {
  readonly #layers = new Map<string, Layer>();
  readonly #tell: (message: string) => void;
  #toldAt = Number.NEGATIVE_INFINITY;
  #told = '';

  constructor(tell: (message: string) => void) {
    this.#tell = tell;
  }

  /** `now` is in milliseconds, of a clock that never goes back. */
  take(message: PullMessage, now: number): void {
    const { id, status = '', progressDetail = {} } = message;
    // The first message carries the tag where the others carry a layer.
    if (id === undefined || status.startsWith('Pulling from')) return;
    const layer = this.#layers.get(id) ?? { current: 0, total: 0, isDone: false, isRetried: false };
    this.#layers.set(id, layer);
    const { current = 0, total = 0 } = progressDetail;
    layer.isRetried = status.startsWith('Retrying in');
    if (status === 'Downloading') {
      layer.current = current;
      layer.total = Math.max(layer.total, current, total);
    } else if (/^(Download complete|Verifying|Extracting|Pull complete)/.test(status)) layer.current = layer.total;
    if (status === 'Pull complete' || status === 'Already exists') layer.isDone = true;
    this.#say(now);
  }

  #say(now: number): void {
    const text = this.#text();
    if (text === this.#told || now - this.#toldAt < PAUSE_MS) return;
    this.#toldAt = now;
    this.#told = text;
    this.#tell(text);
  }

  #text(): string {
    const layers = [...this.#layers.values()];
    const done = layers.filter(({ isDone }) => isDone).length;
    const sum = (key: 'current' | 'total'): number => layers.reduce((bytes, layer) => bytes + layer[key], 0);
    const megabytes = (bytes: number): string => (bytes / MEGABYTE).toFixed(1);
    const size = sum('total') === 0 ? '' : `, ${megabytes(sum('current'))} of ${megabytes(sum('total'))} MB`;
    const trouble = layers.some(({ isRetried }) => isRetried) ? '; broken off, the engine tries again' : '';
    return `${done} of ${layers.length} ${layers.length === 1 ? 'layer' : 'layers'}${size}${trouble}`;
  }
}
