/**
 * The last events, for whoever follows them: readers hold a place in it and nothing else, so that neither many nor slow
 * ones take memory. Bounded by number and size; a reader that falls behind what is kept has a gap, and is told.
 */
export interface KeptEvent {
  readonly id: string;
  readonly environment: string;
  /** As it is sent. */
  readonly text: string;
}

export interface RingLimits {
  readonly events: number;
  readonly characters: number;
}

const LIMITS: RingLimits = { events: 2048, characters: 4 * 1024 * 1024 };

/** The number of an event since the ring began. */
export type Place = number;

export class EventRing {
  readonly #limits: RingLimits;
  readonly #events = new Map<Place, KeptEvent>();
  readonly #places = new Map<string, Place>();
  #characters = 0;
  #oldest: Place = 0;
  #end: Place = 0;

  constructor(limits: RingLimits = LIMITS) {
    this.#limits = limits;
  }

  /** Where the next event will stand. */
  get end(): Place {
    return this.#end;
  }

  add(event: KeptEvent): void {
    this.#events.set(this.#end, event);
    this.#places.set(event.id, this.#end);
    this.#end += 1;
    this.#characters += event.text.length;
    while (this.#events.size > this.#limits.events || this.#characters > this.#limits.characters) this.#forgetOldest();
  }

  /** The event at a place; for one that is not kept any more, where to go on; `null` at the end. */
  at(place: Place): KeptEvent | { readonly goOnAt: Place } | null {
    return place < this.#oldest ? { goOnAt: this.#oldest } : (this.#events.get(place) ?? null);
  }

  /** The place behind the event with this id; `null` where it is not kept. */
  after(id: string): Place | null {
    const place = this.#places.get(id);
    return place === undefined ? null : place + 1;
  }

  #forgetOldest(): void {
    const oldest = this.#events.get(this.#oldest);
    if (oldest === undefined) return;
    this.#characters -= oldest.text.length;
    this.#places.delete(oldest.id);
    this.#events.delete(this.#oldest);
    this.#oldest += 1;
  }
}
