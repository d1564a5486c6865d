/**
 * What a source declares now, read once for all environments that want it, however many. A reading lives until it is
 * outdated and the last who uses it has let go.
 */
import type { Declaration, Source } from './source.ts';

export interface HeldDeclaration extends AsyncDisposable {
  readonly declaration: Declaration;
  /** Differs for what was read anew. */
  readonly generation: number;
}

interface Reading {
  readonly generation: number;
  readonly declaration: Promise<Declaration>;
  users: number;
  isOld: boolean;
}

export class SourceHub implements AsyncDisposable {
  readonly source: Source;
  /** Whether it cannot be read at present; whoever follows it says so. */
  isLost = false;
  readonly #closed = new AbortController();
  #reading: Reading | null = null;
  #generation = 0;

  constructor(source: Source) {
    this.source = source;
  }

  /** Of the reading that the next who asks is given; grows with every change. */
  get generation(): number {
    return this.#generation;
  }

  /** Throws where the source cannot be read whole; the next who asks tries again. */
  async acquire(): Promise<HeldDeclaration> {
    this.#closed.signal.throwIfAborted();
    const reading = (this.#reading ??= this.#read());
    reading.users += 1;
    try {
      const declaration = await reading.declaration;
      const release = this.#releaseOf(reading);
      return { declaration, generation: reading.generation, [Symbol.asyncDispose]: release };
    } catch (error) {
      if (this.#reading === reading) this.#reading = null;
      throw error;
    }
  }

  /** What was read may be outdated. */
  invalidate(): void {
    this.#generation += 1;
    const reading = this.#reading;
    this.#reading = null;
    if (reading === null) return;
    reading.isOld = true;
    if (reading.users === 0) void close(reading);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort();
    const reading = this.#reading;
    this.#reading = null;
    if (reading !== null) await close(reading);
    await this.source[Symbol.asyncDispose]();
  }

  #read(): Reading {
    const declaration = this.source.read(this.#closed.signal);
    // Whoever waits for it is told.
    declaration.catch(() => undefined);
    return { generation: this.#generation, declaration, users: 0, isOld: false };
  }

  #releaseOf(reading: Reading): () => Promise<void> {
    let isHeld = true;
    return async () => {
      if (!isHeld) return;
      isHeld = false;
      reading.users -= 1;
      if (reading.isOld && reading.users === 0) await close(reading);
    };
  }
}

async function close({ declaration }: Reading): Promise<void> {
  const read = await declaration.catch(() => null);
  await read?.[Symbol.asyncDispose]();
}
