/**
 * A remote that sent more than it may is not asked again for hours: each time it would send as much, and fill the disk, and
 * then all of it is thrown away. Somebody's word that something was pushed shortens that, but not to nothing.
 */
import { TrueupError } from '../model/failure.ts';
import type { Clock } from './clock.ts';

const PAUSE_MS = 2 * 3_600_000;
/** Whoever pushes can have the word said as often as they like. */
const PAUSE_AFTER_WORD_MS = 600_000;

export class TooLargePause {
  readonly #clock: Pick<Clock, 'now'>;
  #refused: { readonly error: TrueupError; readonly at: number; readonly pauseMs: number } | null = null;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** Asks, or throws what came of it last. */
  async run<T>(ask: () => Promise<T>): Promise<T> {
    const refused = this.#refused;
    if (refused !== null && this.#clock.now() - refused.at < refused.pauseMs) throw refused.error;
    this.#refused = null;
    try {
      return await ask();
    } catch (error) {
      if (wasSent(error)) this.#refused = { error, at: this.#clock.now(), pauseMs: PAUSE_MS };
      throw error;
    }
  }

  /** Something may be otherwise. */
  word(): void {
    if (this.#refused !== null) this.#refused = { ...this.#refused, pauseMs: PAUSE_AFTER_WORD_MS };
  }
}

/** What is too large as files alone has been fetched, and is not fetched again. */
function wasSent(error: unknown): error is TrueupError {
  return error instanceof TrueupError && error.code === 'remote_too_large' && error.fields['reason'] === 'history';
}
