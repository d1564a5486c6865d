/**
 * Steps that may go, behind their limits: how many engine calls, and how many starts per engine, are under way at once.
 * Gates only wait, so they hold no slot.
 */
import type { Step } from '../../model/plan.ts';

export interface Limits {
  /** Engine calls at once, over all engines: `--parallel`. */
  readonly calls: number;
  /** Starts at once on one engine. */
  readonly startsPerEngine: number;
}

export const DEFAULT_LIMITS: Limits = { calls: 10, startsPerEngine: 6 };

interface Lane {
  readonly steps: Step[];
  head: number;
  running: number;
}

export class ReadySteps {
  readonly #limits: Limits;
  /** One lane for gates, one for calls, one for the starts of each engine; each is first in, first out. */
  readonly #lanes = new Map<string, Lane>();
  #calls = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  push(step: Step): void {
    this.#lane(step).steps.push(step);
  }

  /** The next step for which a slot is free, with the slot taken; `null` when there is none. */
  next(): Step | null {
    for (const [key, lane] of this.#lanes) {
      const step = lane.steps[lane.head];
      if (step === undefined || !this.#hasSlot(key, lane)) continue;
      lane.head += 1;
      lane.running += 1;
      if (key !== 'gate') this.#calls += 1;
      return step;
    }
    return null;
  }

  release(step: Step): void {
    this.#lane(step).running -= 1;
    if (step.phase !== 'gate') this.#calls -= 1;
  }

  #hasSlot(key: string, lane: Lane): boolean {
    if (key === 'gate') return true;
    if (this.#calls >= this.#limits.calls) return false;
    return !key.startsWith('start ') || lane.running < this.#limits.startsPerEngine;
  }

  #lane(step: Step): Lane {
    const key = step.phase === 'gate' ? 'gate' : step.phase === 'start' ? `start ${step.engine}` : 'call';
    let lane = this.#lanes.get(key);
    if (lane === undefined) {
      lane = { steps: [], head: 0, running: 0 };
      this.#lanes.set(key, lane);
    }
    return lane;
  }
}
