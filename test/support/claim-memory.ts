/** An engine that keeps claims in memory, with what networks and disks do to calls. */
import type { ClaimStore, StoredClaim } from '../../src/model/claim.ts';
import { TrueupError } from '../../src/model/failure.ts';
import { pause } from '../../src/state/pause.ts';

export class ClaimMemory {
  readonly claims: Map<string, StoredClaim> = new Map<string, StoredClaim>();
  /** Every name that was ever put. */
  readonly put: string[] = [];
  /** How many claims it has room for. */
  room: number = Number.POSITIVE_INFINITY;
  /** Added to the clock of the engine. */
  clockOffset: number = 0;

  /** What one machine sees of it. `trouble` is awaited before and after the engine hears of each call. */
  seenFrom(trouble: (signal: AbortSignal) => Promise<void> = async () => undefined): ClaimStore {
    const call = async <T>(signal: AbortSignal, act: () => T): Promise<T> => {
      signal.throwIfAborted();
      await trouble(signal);
      const result = act();
      await trouble(signal);
      return result;
    };
    return {
      list: (signal) => call(signal, () => [...this.claims.values()]),
      put: (name, fields, signal) => call(signal, () => this.#put(name, fields)),
      remove: (name, signal) => call(signal, () => void this.claims.delete(name)),
      now: (signal) => call(signal, () => this.#now()),
      close: async () => undefined,
    };
  }

  #now(): number {
    return performance.now() + this.clockOffset;
  }

  #put(name: string, fields: StoredClaim['fields']): void {
    this.put.push(name);
    if (this.claims.has(name)) return;
    if (this.claims.size >= this.room) throw new TrueupError('step_failed', 'no space left on device');
    this.claims.set(name, { name, fields, putAt: this.#now() });
  }
}

/** A connection that can be cut off: until it is mended, no call goes through. */
export class Cut {
  #mended: PromiseWithResolvers<void> | null = null;

  cut(): void {
    this.#mended ??= Promise.withResolvers<void>();
  }

  mend(): void {
    this.#mended?.resolve();
    this.#mended = null;
  }

  readonly trouble: (signal: AbortSignal) => Promise<void> = async (signal) => {
    const stop = new AbortController();
    while (this.#mended !== null && !signal.aborted) {
      await Promise.race([
        this.#mended.promise,
        pause(5, AbortSignal.any([signal, stop.signal])).catch(() => undefined),
      ]);
    }
    stop.abort();
    signal.throwIfAborted();
  };
}
