/** The reading half of the simulated engine's API: all that an observer is handed, with nothing in it that changes anything. */
import { TrueupError } from '../../../src/model/failure.ts';
import type { BusEvent } from './event-bus.ts';
import { SimulatedCrash } from './faults.ts';
import type { Source } from './notifier.ts';
import type { ReadableObjects, SimulatedObject } from './objects.ts';
import type { SimulatedOptions } from './options.ts';

export interface EngineReads {
  readonly options: SimulatedOptions;
  readonly objects: ReadableObjects;
  readonly events: { readonly listeners: Source<BusEvent> };
  /** The objects whose log got longer. */
  readonly written: Source<SimulatedObject>;
  /** Why nothing answers; `null` when all is well. */
  readonly outage: string | null;
  readonly isAbsent: boolean;
  /** How often trueup died while it talked to this engine. */
  readonly crashes: number;
}

/** What one trueup process holds of the engine. Once that process died, nothing answers through it any more. */
export class Connection {
  readonly #reads: EngineReads;
  readonly #generation: number;

  constructor(reads: EngineReads) {
    this.#reads = reads;
    this.#generation = reads.crashes;
  }

  /** Whether the process of this connection lives. */
  get isAlive(): boolean {
    return this.#generation === this.#reads.crashes;
  }

  /** Throws when the process of this connection is dead. */
  assertAlive(): void {
    if (!this.isAlive) throw new SimulatedCrash();
  }

  assertAnswers(): void {
    this.assertAlive();
    const { outage } = this.#reads;
    if (outage !== null) throw new TrueupError('engine_unreachable', outage, { retryable: true });
  }
}
