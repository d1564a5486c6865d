/**
 * Faults: what goes wrong with which changing call. Each fault strikes once, unless it says otherwise. Calls count from
 * the moment the fault is added, over all connections; calls that only read never fail by themselves.
 */
import type { FailureCode } from '../../../src/model/codes.ts';
import type { CallName } from './calls.ts';
import type { CallLog, LogEntry } from './call-log.ts';

/** The end of trueup as by kill -9: nothing of that process runs afterwards, while the world lives on. */
export class SimulatedCrash extends Error {
  override readonly name = 'SimulatedCrash';

  constructor() {
    super('trueup was killed here');
  }
}

/**
 * Where in a call trueup dies: `before` sending it; with it sent and `half` of its effects taken, for calls of several;
 * with it `sent` and taken wholly; or once it was `answered`.
 */
export type CrashMoment = 'before' | 'half' | 'sent' | 'answered';

export type FaultKind =
  /** Refused before it takes effect. */
  | { readonly kind: 'fail'; readonly code?: FailureCode }
  /** Takes effect, and the answer is lost: the caller learns that the connection broke. */
  | { readonly kind: 'lose_answer' }
  /** Nothing comes back until the caller gives up; with or without effect. */
  | { readonly kind: 'stall'; readonly takes_effect: boolean }
  | { readonly kind: 'crash'; readonly moment: CrashMoment };

export interface CallSelector {
  /** The how-manieth of the calls that match, from 1 on. Default: the first. */
  readonly nth?: number;
  readonly verb?: CallName;
  /** Physical name. */
  readonly object?: string;
  /** Strikes at the nth and every later match. */
  readonly always?: boolean;
}

export type Fault = CallSelector & FaultKind;

interface Armed {
  readonly fault: Fault;
  seen: number;
}

export class FaultPlan {
  #armed: Armed[] = [];

  add(...faults: readonly Fault[]): void {
    this.#armed.push(...faults.map((fault) => ({ fault, seen: 0 })));
  }

  clear(): void {
    this.#armed = [];
  }

  /** The fault that strikes this call, if any. */
  take(call: LogEntry): Fault | null {
    let struck: Armed | null = null;
    for (const armed of this.#armed) {
      const { verb, object, nth = 1, always = false } = armed.fault;
      if ((verb ?? call.verb) !== call.verb || (object ?? call.object?.name) !== call.object?.name) continue;
      armed.seen += 1;
      if (armed.seen === nth || (always && armed.seen > nth)) struck ??= armed;
    }
    if (struck !== null && struck.fault.always !== true) this.#armed = this.#armed.filter((armed) => armed !== struck);
    return struck?.fault ?? null;
  }
}

/** Every point at which the calls in a log could have been cut off, as faults for another run of the same. */
export function crashPoints(log: CallLog): readonly Fault[] {
  return log.calls.flatMap(({ call, effects }) => {
    const moments: readonly CrashMoment[] =
      effects > 1 ? ['before', 'half', 'sent', 'answered'] : ['before', 'sent', 'answered'];
    return moments.map((moment): Fault => ({ kind: 'crash', nth: call, moment }));
  });
}
