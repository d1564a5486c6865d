/**
 * The run of a pass as its progress tells it: what it touches, and whether it only waits by now, at gates or in its last
 * look. Who waits leaves its place to others, and what falls meanwhile need not wait with it.
 */
import { isHealing } from '../../model/change.ts';
import type { Address } from '../../model/address.ts';
import type { ProgressEvent } from '../../model/events.ts';
import type { Plan } from '../../model/plan.ts';

export class UnderWay {
  /** Whether somebody's word is carried out. */
  readonly isWord: boolean;
  readonly #onWaits: () => void;
  readonly #touched = new Set<Address>();
  /** How many steps are left of what is only healed: git is not to blame for it where it falls again. */
  readonly #healed = new Map<Address, number>();
  #left = 0;
  #calls = 0;
  #gates = 0;
  #isRunning = false;

  /** `onWaits`: each time when nothing is left to do but wait. */
  constructor(isWord: boolean, onWaits: () => void) {
    this.isWord = isWord;
    this.#onWaits = onWaits;
  }

  get waits(): boolean {
    return this.#isRunning && this.#calls === 0 && (this.#gates > 0 || this.#left <= 0);
  }

  /** Whether it is at it still, or answers for it. */
  touches(address: Address): boolean {
    return this.#touched.has(address);
  }

  /** Whether whatever happens to it is for the run to judge: what git changed, to the end of the run. */
  answersFor(address: Address): boolean {
    return this.#touched.has(address) && !this.#healed.has(address);
  }

  /** Whether all that it did about it was to heal it, which it has done. */
  hasHealed(address: Address): boolean {
    return this.#healed.has(address) && !this.#touched.has(address);
  }

  begins({ changes, steps }: Plan): void {
    for (const { address } of [...changes, ...steps]) this.#touched.add(address);
    for (const change of changes) if (isHealing(change)) this.#healed.set(change.address, 0);
    for (const { address } of steps) {
      const known = this.#healed.get(address);
      if (known !== undefined) this.#healed.set(address, known + 1);
    }
  }

  heard(event: ProgressEvent): void {
    if (event.type === 'run_started') {
      this.#isRunning = true;
      this.#left = event.steps.length;
    } else if (event.type === 'run_ended') {
      this.#isRunning = false;
    } else if (event.type === 'step_started') {
      this.#count(event.step.phase === 'gate', 1);
    } else if (event.type === 'step_ended') {
      this.#left -= 1;
      this.#ended(event.step.address);
      if (event.result.started_at !== null) this.#count(event.step.phase === 'gate', -1);
    } else return;
    if (this.waits) this.#onWaits();
  }

  #ended(address: Address): void {
    const left = this.#healed.get(address);
    if (left === undefined) return;
    this.#healed.set(address, left - 1);
    if (left === 1) this.#touched.delete(address);
  }

  #count(isGate: boolean, change: 1 | -1): void {
    if (isGate) this.#gates += change;
    else this.#calls += change;
  }
}
