/**
 * What a remote sent and is not taken, remembered for hours. What was refused as it came in is thrown away and would be sent
 * again at every look, gigabytes each time; a commit that was refused later would be fetched, looked through and refused the
 * same way. Somebody's word that something was pushed shortens that, but not to nothing: whoever pushes can have it said as
 * often as they like. Another commit is looked at at once, unless it would have to be sent by a remote that sends too much.
 */
import { TrueupError } from '../../model/failure.ts';
import type { Clock } from '../clock.ts';

const PAUSE_MS = 2 * 3_600_000;
const PAUSE_AFTER_WORD_MS = 600_000;
/** Whoever pushes new ones chooses how many there are; the oldest is looked at again. */
const MOST_KNOWN = 16;

interface Refusal {
  readonly error: TrueupError;
  readonly at: number;
  readonly pauseMs: number;
}

/** Stands for all that a remote sends; no commit has such an id. */
const TRANSFER = 'transfer';

export class Refusals {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #known = new Map<string, Refusal>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** Has the remote send something, or throws what came of it last. */
  transfer<T>(ask: () => Promise<T>): Promise<T> {
    return this.#run(TRANSFER, ask, wasThrownAway);
  }

  /** Puts a commit into place, or throws what came of it last. */
  ofCommit<T>(commit: string, place: () => Promise<T>): Promise<T> {
    return this.#run(commit, place, (error) => error.code === 'commit_refused' && error.fields['commit'] === commit);
  }

  /** Something may be otherwise. */
  word(): void {
    for (const [what, known] of this.#known) this.#known.set(what, { ...known, pauseMs: PAUSE_AFTER_WORD_MS });
  }

  async #run<T>(what: string, act: () => Promise<T>, isRefusal: (error: TrueupError) => boolean): Promise<T> {
    const known = this.#known.get(what);
    if (known !== undefined && this.#clock.now() - known.at < known.pauseMs) throw known.error;
    this.#known.delete(what);
    try {
      return await act();
    } catch (error) {
      if (error instanceof TrueupError && isRefusal(error)) this.#remember(what, error);
      throw error;
    }
  }

  #remember(what: string, error: TrueupError): void {
    this.#known.set(what, { error, at: this.#clock.now(), pauseMs: PAUSE_MS });
    const [oldest = ''] = this.#known.keys();
    if (this.#known.size > MOST_KNOWN) this.#known.delete(oldest);
  }
}

/** What is too large as files alone, or refused for what it leads to, has been fetched, and is not fetched again. */
function wasThrownAway({ code, fields: { reason } }: TrueupError): boolean {
  return (
    (code === 'remote_too_large' && reason === 'history') || (code === 'commit_refused' && reason === 'bad_object')
  );
}
