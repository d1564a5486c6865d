/**
 * What the run of a pass is at, from what it tells: services with steps to come, and then, while it looks at every gate a
 * last time, all of them. And which services have passed their gates in it.
 */
import type { Address } from '../../model/address.ts';
import type { ProgressEvent } from '../../model/events.ts';

export class RunWatch {
  /** Steps that have not ended, by address; `null` where no run is under way. */
  #left: Map<Address, number> | null = null;
  readonly #passed = new Set<Address>();

  heard(event: ProgressEvent): void {
    switch (event.type) {
      case 'run_started':
        this.#passed.clear();
        this.#left = new Map();
        for (const { address } of event.steps) this.#left.set(address, (this.#left.get(address) ?? 0) + 1);
        return;
      case 'step_ended': {
        const { address, phase, args } = event.step;
        this.#stepEnded(address);
        if (phase === 'gate' && args['condition'] === 'service_healthy' && event.result.status === 'done') {
          this.#passed.add(address);
        }
        return;
      }
      case 'run_ended':
        this.#left = null;
        for (const { address, condition, met } of event.run.gates) {
          if (condition !== 'service_healthy') continue;
          if (met) this.#passed.add(address);
          else this.#passed.delete(address);
        }
        return;
      case 'step_started':
      case 'step_progress':
      case 'probe':
      case 'stopping':
        return;
      default:
        event satisfies never;
    }
  }

  /** The pass has ended, whether or not its run has told so. */
  ended(): void {
    this.#left = null;
    this.#passed.clear();
  }

  isAt(address: Address): boolean {
    return this.#left !== null && (this.#left.size === 0 || this.#left.has(address));
  }

  /** In the pass that is under way. */
  hasPassed(address: Address): boolean {
    return this.#passed.has(address);
  }

  #stepEnded(address: Address): void {
    const left = (this.#left?.get(address) ?? 0) - 1;
    if (left > 0) this.#left?.set(address, left);
    else this.#left?.delete(address);
  }
}
