/**
 * Whether an engine is there, for those who listen to its events: one that hangs says nothing, as one does on which nothing
 * happens. One question in 20 s for all of this process who listen to the same engine, and none where nobody does.
 */
import { TrueupError } from '../../../model/failure.ts';
import type { EngineReader } from '../api/engine-api.ts';

export interface Pulsed {
  /** It does not answer any more; told once. */
  silent(why: string): void;
  /** It answers again. */
  answers(): void;
}

type Asker = Pick<EngineReader, 'endpoint' | 'ping'>;

const EVERY_MS = 20_000;
/** What is away is asked again so soon after each answer that did not come. */
const AWAY_MS = 2000;

/** By endpoint. */
const PULSES = new Map<string, EnginePulse>();

/** Until it is disposed of. The first question is asked after a while: who listens has just been answered. */
export function feelPulse(reader: Asker, pulsed: Pulsed): Disposable {
  const { endpoint } = reader;
  const pulse = PULSES.get(endpoint) ?? new EnginePulse();
  PULSES.set(endpoint, pulse);
  pulse.add(reader, pulsed);
  return {
    [Symbol.dispose](): void {
      pulse.remove(pulsed);
      if (pulse.isForNobody && PULSES.get(endpoint) === pulse) PULSES.delete(endpoint);
    },
  };
}

class EnginePulse {
  /** Each with its own connection, the longest first. */
  readonly #listeners = new Map<Pulsed, Asker>();
  #beat: NodeJS.Timeout | null = null;
  #asking: AbortController | null = null;
  #isSilent = false;

  get isForNobody(): boolean {
    return this.#listeners.size === 0;
  }

  add(reader: Asker, pulsed: Pulsed): void {
    this.#listeners.set(pulsed, reader);
    if (this.#beat === null && this.#asking === null) this.#wait();
  }

  remove(pulsed: Pulsed): void {
    this.#listeners.delete(pulsed);
    if (!this.isForNobody) return;
    clearTimeout(this.#beat ?? undefined);
    this.#beat = null;
    this.#asking?.abort();
  }

  #wait(): void {
    const call = (): void => {
      this.#beat = null;
      void this.#ask();
    };
    this.#beat = setTimeout(call, this.#isSilent ? AWAY_MS : EVERY_MS).unref();
  }

  async #ask(): Promise<void> {
    const [first] = this.#listeners;
    if (first === undefined) return;
    const [pulsed, reader] = first;
    const asking = new AbortController();
    this.#asking = asking;
    try {
      await reader.ping(asking.signal);
      this.#is(null);
    } catch (error) {
      if (error instanceof TrueupError && error.code === 'engine_unreachable') this.#is(error.message);
      // That connection is at its end, and says nothing of the engine: the next one is asked.
      else if (this.#listeners.delete(pulsed)) this.#listeners.set(pulsed, reader);
    }
    this.#asking = null;
    if (!this.isForNobody) this.#wait();
  }

  #is(silent: string | null): void {
    const wasSilent = this.#isSilent;
    this.#isSilent = silent !== null;
    if (this.#isSilent === wasSilent) return;
    for (const listener of this.#listeners.keys()) {
      if (silent === null) listener.answers();
      else listener.silent(silent);
    }
  }
}
