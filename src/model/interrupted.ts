/** What became of an earlier run that did not end: killed, or its machine went down. */
import type { Address } from './address.ts';

export interface InterruptedStep {
  /** The id of a step that was begun, and of which nobody wrote down how it ended. */
  readonly step: string;
  readonly address: Address;
  readonly verb: string;
  /**
   * `as_declared`: it took effect, or was not needed any more; `to_be_finished`: the run that tells of it also finishes it;
   * `gone`: nothing declares what it was about, and nothing of it is there.
   */
  readonly found: 'as_declared' | 'to_be_finished' | 'gone';
  /** It can be carried out only at least once, may have been, and is carried out again. */
  readonly possibly_repeated: boolean;
}

export interface Interrupted {
  /** The id of the run that did not end. */
  readonly run: string;
  /** `trueup apply`. */
  readonly command: string;
  /** ISO 8601. */
  readonly started_at: string;
  readonly steps: readonly InterruptedStep[];
  /** Restarts that earlier runs were to carry out and did not, and that are carried out now. */
  readonly restarts: readonly Address[];
}
