/**
 * How far a log was told, so that it can be taken up again without a line twice or a line left out. The engine gives
 * back everything since a time, that time included, and engines differ in how fine their times are.
 */
import type { LogLine, LogOptions } from '../../log-line.ts';
import type { ContainerInspect } from '../api/wire.ts';
import { happened } from './happened.ts';
import { nanoseconds } from './log-time.ts';

export class Place {
  #last: string | null = null;
  /** How many lines of the last time were told. */
  #told = 0;
  /** Where the log was taken up again, and how many lines of that time are still to be left out. */
  #until: bigint | null = null;
  #repeated = 0;

  /** Whether the line was not told before. Every line is asked about once, in the order of the log. */
  isNew({ at }: LogLine): boolean {
    if (at !== null && this.#until !== null && this.#wasTold(nanoseconds(at), this.#until)) return false;
    this.#told = at === this.#last ? this.#told + 1 : 1;
    this.#last = at ?? this.#last;
    return true;
  }

  /**
   * From where to ask for more once the container was started anew: from the last line, or where none was told, from
   * the end of the life before. A life's first lines may be older than what the engine calls its start.
   */
  resume({ State: { FinishedAt: ended } }: ContainerInspect): Pick<LogOptions, 'since'> {
    if (this.#last === null) return happened(ended) ? { since: ended } : {};
    this.#until = nanoseconds(this.#last);
    this.#repeated = this.#told;
    return { since: this.#last };
  }

  #wasTold(at: bigint, until: bigint): boolean {
    if (at > until) this.#until = null;
    if (at !== until) return at < until;
    this.#repeated -= 1;
    return this.#repeated >= 0;
  }
}
