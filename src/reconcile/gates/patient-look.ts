/**
 * Looks at a resource whose engine may just be restarted: what runs in it comes back with it, so that a gate goes on
 * waiting for as long as an engine takes to start, and no longer.
 */
import { TrueupError } from '../../model/failure.ts';
import type { ObservedObject } from '../../model/observed.ts';

export interface Sight {
  look(signal: AbortSignal): Promise<ObservedObject | null>;
  /** Milliseconds of a clock that only goes forward. */
  now(): number;
}

/** How long an engine may be away. */
const PATIENCE_MS = 30_000;

export class PatientLook {
  readonly #sight: Sight;
  #lostAt: number | null = null;

  constructor(sight: Sight) {
    this.#sight = sight;
  }

  /** `undefined` while the engine does not answer, which is not the same as gone; rejects once it has been away for too long. */
  async now(signal: AbortSignal): Promise<ObservedObject | null | undefined> {
    const asked = this.#sight.now();
    try {
      const object = await this.#sight.look(signal);
      this.#lostAt = null;
      return object;
    } catch (error) {
      this.#lostAt ??= asked;
      const isLost = error instanceof TrueupError && error.code === 'engine_unreachable' && error.retryable;
      if (!isLost || this.#sight.now() - this.#lostAt >= PATIENCE_MS) throw error;
      return undefined;
    }
  }
}
