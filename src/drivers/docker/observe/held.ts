/**
 * Containers as they were inspected last, for looks that need not inspect them again. The invariant: what is held was
 * inspected while the engine was listened to, and nothing was heard of that container since, without a gap. Whoever uses it
 * also compares what the engine lists now (list-entry.ts), so that no answer comes from memory alone. Bounded by what one
 * look saw; nothing of an inspect is kept but the sealed object that was made of it.
 */
import { TrueupError } from '../../../model/failure.ts';
import type { ObservedObject } from '../../../model/observed.ts';
import type { EngineReader } from '../api/engine-api.ts';
import type { EventMessage } from '../api/wire.ts';
import type { Ear, EventFilters } from './ear.ts';
import { containersIn } from './spoken-of.ts';

export interface HeldBasis {
  /** The same for all containers of one look. */
  readonly common: string;
  readonly own: string;
  /** Ids of the container and of its image, and the reference that it was created with. */
  readonly container: string;
  readonly image: string;
  readonly reference: string;
}

export interface HeldContainer {
  /** What the engine listed of it right before it was inspected. */
  readonly listed: string;
  /** What else the object was made from, and what is asked anew in any case (held-basis.ts). */
  readonly basis: HeldBasis;
  readonly object: ObservedObject;
}

/** A look under way: what is heard during it is not held afterwards. */
export interface HeldLook {
  readonly ear: Ear;
  readonly touched: Set<string>;
}

/** An engine remembers 256 events for those who ask for what has been. */
const REMEMBERED = 512;
/** Events may be told a little out of the order of their times. */
const DISORDER_S = 1;
/** The engine and we have one clock; times are cut to the millisecond. */
const ROUNDING_MS = 2;
/** An engine that takes longer to say what has been is asked for everything instead. */
const PATIENCE_MS = 1000;

export class Held {
  /** Those that listen, the longest first: what is held rests on the first alone. */
  readonly #ears = new Set<Ear>();
  readonly #looks = new Set<HeldLook>();
  #held: ReadonlyMap<string, HeldContainer> = new Map();
  readonly #gone = new Set<string>();
  /** The last events, so that those that are told twice are known. */
  readonly #heard = new Set<string>();
  /** Seconds, on the engine's clock. */
  #lastHeard = 0;

  ear(): Ear {
    const ear: Ear = {
      opened: () => {
        if (this.#ears.size === 0) this.#lastHeard = Date.now() / 1000;
        this.#ears.add(ear);
      },
      heard: (message) => this.#take(message),
      lost: () => {
        if ([...this.#ears][0] === ear) this.forget();
        this.#ears.delete(ear);
      },
    };
    return ear;
  }

  get isEmpty(): boolean {
    return this.#held.size === 0;
  }

  forget(): void {
    this.#held = new Map();
    this.#gone.clear();
  }

  /** `null` where nobody listens: such a look leaves nothing. */
  begin(): HeldLook | null {
    const [ear] = this.#ears;
    if (ear === undefined) return null;
    const look: HeldLook = { ear, touched: new Set() };
    this.#looks.add(look);
    return look;
  }

  /** What is held of a container of which nothing was heard since; `null` for what is to be inspected. */
  get(id: string): HeldContainer | null {
    return this.#gone.has(id) ? null : (this.#held.get(id) ?? null);
  }

  /** Ends a look; what it found takes the place of all that was held. */
  end(look: HeldLook, found: ReadonlyMap<string, HeldContainer> | null): void {
    this.#looks.delete(look);
    if (found === null || [...this.#ears][0] !== look.ear) return;
    this.#held = new Map([...found].filter(([id]) => !look.touched.has(id)));
    this.#gone.clear();
  }

  /**
   * Takes what the engine has told and we have not heard yet: whoever changed something, and had an answer, has caused its
   * event before, but that may still be on its way. `false` where the engine did not say.
   */
  async catchUp(reader: EngineReader, filters: EventFilters, signal: AbortSignal): Promise<boolean> {
    const since = (this.#lastHeard - DISORDER_S).toFixed(3);
    const until = ((Date.now() + ROUNDING_MS) / 1000).toFixed(3);
    const patience = AbortSignal.timeout(PATIENCE_MS);
    try {
      const messages = await reader.past(filters, { since, until }, AbortSignal.any([signal, patience]));
      for (const message of messages) if (!this.#heard.has(keyOf(message))) this.#take(message);
      return true;
    } catch (error) {
      // In doubt everything is inspected, and an engine that is away says so to the other calls.
      if (!signal.aborted && (patience.aborted || error instanceof TrueupError)) return false;
      throw error;
    }
  }

  #take(message: EventMessage): void {
    this.#heard.add(keyOf(message));
    for (const key of this.#heard) {
      if (this.#heard.size <= REMEMBERED) break;
      this.#heard.delete(key);
    }
    this.#lastHeard = Math.max(this.#lastHeard, (message.timeNano ?? 0) / 1e9);
    for (const id of containersIn(message)) {
      if (this.#held.has(id)) this.#gone.add(id);
      for (const { touched } of this.#looks) touched.add(id);
    }
  }
}

function keyOf({ Type: type, Action: action, Actor: actor, timeNano }: EventMessage): string {
  return `${timeNano} ${type} ${action} ${actor.ID} ${actor.Attributes?.['container'] ?? ''}`;
}
