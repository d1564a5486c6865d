/**
 * Where containers were found last, for connections that are made all day: the probes of a daemon. The invariant: what is
 * kept was inspected while the engine was listened to, and nothing was heard since of that container, without a gap, so
 * that nobody is led to an address that another container has by now. It is kept for a minute at most, and for all who
 * reach into one engine from this process; where nobody listens to it nothing is kept.
 */
import type { ContainerInspect, EventMessage } from '../api/wire.ts';
import type { Ear } from '../observe/ear.ts';
import { containersIn } from '../observe/spoken-of.ts';
import { type Place, placeOf } from './place.ts';

const KEPT_MS = 60_000;
const MOST_KEPT = 1000;

/** One stream of events, from its opening to its loss. */
type Session = object;

interface Kept {
  readonly place: Place;
  readonly session: Session;
  /** By a clock that only goes forward. */
  readonly until: number;
}

export class KnownPlaces {
  readonly #now: () => number;
  readonly #sessions = new Set<Session>();
  readonly #kept = new Map<string, Kept>();
  /** What was heard while a container is inspected. */
  readonly #looks = new Set<Set<string>>();

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  get isListening(): boolean {
    return this.#sessions.size > 0;
  }

  ear(): Ear {
    let session: Session | null = null;
    return {
      opened: () => {
        session ??= {};
        this.#sessions.add(session);
      },
      heard: (message) => this.#heard(message),
      lost: () => {
        if (session !== null) this.#lost(session);
        session = null;
      },
    };
  }

  get(name: string): Place | null {
    const kept = this.#kept.get(name);
    return kept === undefined || this.#now() >= kept.until ? null : kept.place;
  }

  forget(name: string): void {
    this.#kept.delete(name);
  }

  /** Looks for the container, and keeps where it is. */
  async find(name: string, inspect: () => Promise<ContainerInspect>): Promise<Place> {
    const [session] = this.#sessions;
    const touched = new Set<string>();
    this.#looks.add(touched);
    try {
      const until = this.#now() + KEPT_MS;
      const place = placeOf(await inspect());
      this.#kept.delete(name);
      if (session !== undefined && this.#sessions.has(session) && !touched.has(place.id))
        this.#kept.set(name, { place, session, until });
      for (const oldest of this.#kept.keys()) {
        if (this.#kept.size <= MOST_KEPT) break;
        this.#kept.delete(oldest);
      }
      return place;
    } finally {
      this.#looks.delete(touched);
    }
  }

  #heard(message: EventMessage): void {
    const ids = containersIn(message);
    for (const touched of this.#looks) for (const id of ids) touched.add(id);
    for (const [name, { place }] of this.#kept) if (ids.includes(place.id)) this.#kept.delete(name);
  }

  #lost(session: Session): void {
    this.#sessions.delete(session);
    for (const [name, kept] of this.#kept) if (kept.session === session) this.#kept.delete(name);
  }
}
