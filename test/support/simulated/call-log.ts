/**
 * What was done to the simulated engine, and in which order things began and ended. Steps are what actuators were asked
 * for, calls are what they sent to the engine, probes are `exec` and `connect`.
 */
import type { ObjectReference } from '../../../src/drivers/scope.ts';
import type { Address } from '../../../src/model/address.ts';

export type Outcome = 'open' | 'done' | 'failed' | 'crashed';

export interface LogEntry {
  readonly kind: 'step' | 'call' | 'probe';
  /** Counts the calls from 1 on; 0 for steps and probes. */
  readonly call: number;
  /** The step that it belongs to; for probes the command or the target. */
  readonly step: string;
  readonly address: Address | null;
  readonly verb: string;
  readonly object: ObjectReference | null;
  /** How many effects the call has. */
  readonly effects: number;
  readonly began: number;
  /** Position in the same order; `null` while it is under way, and for good where trueup died. */
  ended: number | null;
  outcome: Outcome;
}

export class CallLog {
  readonly #entries: LogEntry[] = [];
  #clock = 0;
  #calls = 0;

  get entries(): readonly LogEntry[] {
    return this.#entries;
  }

  get steps(): readonly LogEntry[] {
    return this.#entries.filter((entry) => entry.kind === 'step');
  }

  get calls(): readonly LogEntry[] {
    return this.#entries.filter((entry) => entry.kind === 'call');
  }

  begin(entry: Pick<LogEntry, 'kind' | 'step' | 'address' | 'verb' | 'object' | 'effects'>): LogEntry {
    if (entry.kind === 'call') this.#calls += 1;
    this.#clock += 1;
    const call = entry.kind === 'call' ? this.#calls : 0;
    const begun: LogEntry = { ...entry, call, began: this.#clock, ended: null, outcome: 'open' };
    this.#entries.push(begun);
    return begun;
  }

  end(entry: LogEntry, outcome: Outcome): void {
    entry.outcome = outcome;
    if (outcome === 'crashed') return;
    this.#clock += 1;
    entry.ended = this.#clock;
  }

  /** Forgets what was, so that the next run stands alone; calls count from 1 again. */
  clear(): void {
    this.#entries.length = 0;
    this.#calls = 0;
  }
}
