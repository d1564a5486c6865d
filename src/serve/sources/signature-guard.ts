/** Whose signatures count in one folder, asked again now and then: a key may expire or be revoked, but not every minute. */
import type { Clock } from '../clock.ts';

/** What is in place is verified again after this time. */
export const VERIFY_AGAIN_MS = 600_000;

/** As many commits as may be in place at once, of all environments together; the oldest is asked for again. */
const MOST_KNOWN = 64;

export class SignatureGuard {
  readonly #clock: Pick<Clock, 'now'>;
  /** Throws `signature_refused`. */
  readonly #verify: (commit: string, signal: AbortSignal) => Promise<unknown>;
  readonly #verifiedAt = new Map<string, number>();

  constructor(clock: Pick<Clock, 'now'>, verify: (commit: string, signal: AbortSignal) => Promise<unknown>) {
    this.#clock = clock;
    this.#verify = verify;
  }

  /** Throws `signature_refused`; then nothing is known of the commit any more. Fit to be handed on by itself. */
  readonly check = async (commit: string, signal: AbortSignal): Promise<void> => {
    const at = this.#verifiedAt.get(commit);
    if (at !== undefined && this.#clock.now() - at < VERIFY_AGAIN_MS) return;
    this.#verifiedAt.delete(commit);
    const now = this.#clock.now();
    await this.#verify(commit, signal);
    this.#verifiedAt.set(commit, now);
    const [oldest = ''] = this.#verifiedAt.keys();
    if (this.#verifiedAt.size > MOST_KNOWN) this.#verifiedAt.delete(oldest);
  };
}
