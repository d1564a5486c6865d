/** Lines to a stream that may be slow, and whose reader may leave: `trueup logs | head` is no error. */
import { once } from 'node:events';

export class LineOutput implements Disposable {
  readonly #stream: NodeJS.WriteStream;
  readonly #closed = new AbortController();
  readonly #onError: (error: Error) => void;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
    this.#onError = (error) => this.#closed.abort(error);
    stream.on('error', this.#onError);
  }

  /** Aborts when nobody reads any more. */
  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  async write(line: string): Promise<void> {
    if (this.#closed.signal.aborted || this.#stream.write(`${line}\n`)) return;
    await once(this.#stream, 'drain', { signal: this.#closed.signal }).catch(() => undefined);
  }

  [Symbol.dispose](): void {
    // A broken pipe is reported late: from here on it is nobody's error.
    this.#stream.off('error', this.#onError).on('error', () => undefined);
  }
}
