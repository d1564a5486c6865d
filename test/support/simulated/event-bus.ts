/** Events of the simulated engine, on their way lost, late or doubled as the options say. */
import type { EngineEvent } from '../../../src/drivers/engine-event.ts';
import type { Clock } from './clock.ts';
import { Notifier } from './notifier.ts';
import type { SimulatedObject } from './objects.ts';
import type { EventTraps } from './options.ts';

/** An event with the object as it was, so that observers can tell whose it is after it is gone. */
export interface BusEvent {
  readonly event: EngineEvent;
  readonly ownership: SimulatedObject['ownership'];
}

export class EventBus {
  readonly listeners: Notifier<BusEvent> = new Notifier();
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #traps: EventTraps;

  constructor(clock: Clock, random: () => number, traps: EventTraps) {
    this.#clock = clock;
    this.#random = random;
    this.#traps = traps;
  }

  changed(object: SimulatedObject, action: string): void {
    const { type, name, ownership } = object;
    if (this.#happens(this.#traps.lose)) {
      if (this.#traps.announce_loss) this.gap('an event was lost');
      return;
    }
    const event: BusEvent = { event: { type: 'changed', object: { type, name }, action }, ownership };
    this.#deliver(event);
    if (this.#happens(this.#traps.duplicate)) this.#deliver(event);
  }

  /** `away`: because the engine was lost, or is back. */
  gap(reason: string, away = false): void {
    this.#deliver({ event: { type: 'gap', reason, ...(away ? { away } : {}) }, ownership: null });
  }

  #deliver(event: BusEvent): void {
    if (this.#traps.delay === 0) this.listeners.notify(event);
    else this.#clock.after(this.#traps.delay, () => this.listeners.notify(event));
  }

  #happens(share: number): boolean {
    return share > 0 && this.#random() < share;
  }
}
