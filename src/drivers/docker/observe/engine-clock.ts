/**
 * Whether an engine has our clock: then what it says to have happened up to now is all of it. One on this machine has, one in
 * a virtual machine behind a socket of this machine may not. What engines say is cut to the second, so a difference of less
 * than one may stay hidden; a stream of events tells of that moment by itself.
 */
import { TrueupError } from '../../../model/failure.ts';
import type { EngineReader } from '../api/engine-api.ts';

/** A virtual machine that was asleep is behind from then on, and one whose clock was set is right from then on. */
const HOLDS_MS = { ours: 600_000, theirs: 60_000 };
const SECOND_MS = 1000;

export class EngineClock {
  readonly #reader: Pick<EngineReader, 'endpoint' | 'now'>;
  #isOurs: boolean | null = null;
  #asked = 0;

  constructor(reader: Pick<EngineReader, 'endpoint' | 'now'>) {
    this.#reader = reader;
  }

  /** Asked once in a while. An engine that does not answer has no clock that anybody knows. */
  async isOurs(signal: AbortSignal): Promise<boolean> {
    if (process.platform !== 'linux' || !this.#reader.endpoint.startsWith('unix:')) return false;
    const holds = this.#isOurs === true ? HOLDS_MS.ours : HOLDS_MS.theirs;
    if (this.#isOurs !== null && performance.now() - this.#asked < holds) return this.#isOurs;
    this.#isOurs = await this.#compare(signal);
    this.#asked = performance.now();
    return this.#isOurs;
  }

  async #compare(signal: AbortSignal): Promise<boolean> {
    const before = Date.now();
    try {
      const theirs = await this.#reader.now(signal);
      return theirs !== null && theirs <= Date.now() && theirs + SECOND_MS > before;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof TrueupError) return false;
      throw error;
    }
  }
}
