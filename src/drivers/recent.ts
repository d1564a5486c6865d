/**
 * What an engine is, asked for anew now and then: a daemon looks at engines for weeks, in which they are upgraded, and proved to be
 * able to do more. Who asks at the same time shares an answer, and nobody's change of mind takes it from the others.
 */
import type { EngineEvent } from './engine-event.ts';

const MAX_AGE_MS = 30_000;

interface Asked<T> {
  readonly answer: Promise<T>;
  readonly signal: AbortSignal;
  readonly at: number;
}

export class Recent<T> {
  readonly #ask: (signal: AbortSignal) => Promise<T>;
  readonly #clock: () => number;
  #asked: Asked<T> | null = null;

  constructor(ask: (signal: AbortSignal) => Promise<T>, clock: () => number = () => performance.now()) {
    this.#ask = ask;
    this.#clock = clock;
  }

  /** At most so old as one command may take. */
  async get(signal: AbortSignal): Promise<T> {
    for (;;) {
      signal.throwIfAborted();
      const asked = this.#fresh() ?? this.#begin(signal);
      try {
        return await asked.answer;
      } catch (error) {
        if (this.#asked === asked) this.#asked = null;
        signal.throwIfAborted();
        // Who asked first does not want to know any more.
        if (!asked.signal.aborted) throw error;
      }
    }
  }

  /** The same events; where some may have been missed, whatever was known may be otherwise. */
  async *forgetAtGaps(events: AsyncIterable<EngineEvent>): AsyncGenerator<EngineEvent, void, undefined> {
    for await (const event of events) {
      if (event.type === 'gap') this.#asked = null;
      yield event;
    }
  }

  #fresh(): Asked<T> | null {
    const asked = this.#asked;
    return asked === null || this.#clock() - asked.at >= MAX_AGE_MS ? null : asked;
  }

  #begin(signal: AbortSignal): Asked<T> {
    const asked = { answer: this.#ask(signal), signal, at: this.#clock() };
    this.#asked = asked;
    return asked;
  }
}
