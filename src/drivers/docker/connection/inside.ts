/**
 * A connection to an engine inside of a VM, over the way that it was given there. The way is looked for while the connection is
 * already handed out: what is written meanwhile waits, and that there is no way comes as its `error`.
 */
import { Duplex } from 'node:stream';
import type { InsideEndpoint } from './endpoint.ts';

const BEGUN = Symbol('begun');

/** `timeout` is in milliseconds. Destroying the stream ends the way. */
export function connectInside({ dial, target }: InsideEndpoint, timeout: number): Duplex {
  return new InsideConnection((signal) => dial(target, AbortSignal.any([signal, AbortSignal.timeout(timeout)])));
}

class InsideConnection extends Duplex {
  readonly #open: (signal: AbortSignal) => Promise<Duplex>;
  readonly #ended = new AbortController();
  #way: Duplex | null = null;
  #isIdle = false;

  constructor(open: (signal: AbortSignal) => Promise<Duplex>) {
    super();
    this.#open = open;
  }

  /** Nothing is read or written before it has called back. */
  override _construct(done: (error?: Error | null) => void): void {
    this.once(BEGUN, done);
    void this.#begin();
  }

  override _read(): void {
    this.#way?.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#way?.write(chunk, () => done());
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#way?.end(() => done());
  }

  /** Also of what has not begun: nobody waits for a way that nobody wants any more. */
  override destroy(error?: Error): this {
    this.#ended.abort();
    return super.destroy(error);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#way?.destroy();
    done(error);
  }

  async #begin(): Promise<void> {
    try {
      this.#take(await this.#open(this.#ended.signal));
      this.emit(BEGUN);
    } catch (error) {
      this.emit(BEGUN, error instanceof Error ? error : new Error(String(error)));
    }
  }

  #take(way: Duplex): void {
    this.#way = way;
    if (this.#isIdle) calledOf(way, 'unref');
    way.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) way.pause();
    });
    way.once('end', () => this.push(null));
    way.once('error', (error) => this.destroy(error));
    way.once('close', () => {
      if (!this.readableEnded) this.push(null);
    });
  }

  // What agents ask of a socket. An idle connection must not keep the process alive.

  ref(): this {
    this.#isIdle = false;
    calledOf(this.#way, 'ref');
    return this;
  }

  unref(): this {
    this.#isIdle = true;
    calledOf(this.#way, 'unref');
    return this;
  }

  setTimeout(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }
}

/** Only sockets and the like have it. */
function calledOf(stream: object | null, name: 'ref' | 'unref'): void {
  const method: unknown = stream === null ? undefined : Reflect.get(stream, name);
  if (typeof method === 'function') Reflect.apply(method, stream, []);
}
