/**
 * Where containers were found last, for connections that are made all day: the probes of a daemon. The invariant: what is
 * kept was inspected while the engine was listened to, and nothing was heard since of that container, without a gap, so
 * that nobody is led to an address that another container has by now. It is kept for all who reach into one engine from
 * this process; after a minute the engine is asked again, and an engine that does not answer takes nothing back. Where
 * nobody listens to it nothing is kept.
 */
import { TrueupError } from '../../../model/failure.ts';
import type { ContainerInspect, EventMessage } from '../api/wire.ts';
import type { Ear } from '../observe/ear.ts';
import { containersIn } from '../observe/spoken-of.ts';
import { type Place, placeOf } from './place.ts';

const FRESH_MS = 60_000;
const MOST_KEPT = 1000;

/** One stream of events, from its opening to its loss. */
type Session = object;

export interface Kept {
  readonly place: Place;
  readonly session: Session;
  /** By a clock that only goes forward. */
  readonly freshUntil: number;
}

export interface Found {
  readonly container: ContainerInspect;
  /** Whether its engine tells of all that happens to it. */
  readonly isToldOf: boolean;
}

/** A question that is under way. */
export interface Asking {
  readonly answer: Promise<Place>;
  /** By a clock that only goes forward. */
  readonly begun: number;
}

export class KnownPlaces {
  readonly #now: () => number;
  readonly #sessions = new Set<Session>();
  readonly #kept = new Map<string, Kept>();
  /** By container; those who give up leave them under way. */
  readonly #asking = new Map<string, Asking>();
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

  get(name: string): Kept | null {
    return this.#kept.get(name) ?? null;
  }

  isFresh({ freshUntil }: Kept): boolean {
    return this.#now() < freshUntil;
  }

  /** The question after it that is under way; what was heard since may make its answer void. */
  asking(name: string): Asking | null {
    return this.#asking.get(name) ?? null;
  }

  ask(name: string, inspect: () => Promise<Found>): Asking {
    const answer = this.#find(name, inspect).finally(() => {
      if (this.#asking.get(name) === asking) this.#asking.delete(name);
    });
    // Whoever asked may have given up by then.
    answer.catch(() => undefined);
    const asking = { answer, begun: this.#now() };
    this.#asking.set(name, asking);
    return asking;
  }

  /** Milliseconds since a question was asked. */
  ageOf({ begun }: Asking): number {
    return this.#now() - begun;
  }

  /** Looks for the container, and keeps where it is. */
  async #find(name: string, inspect: () => Promise<Found>): Promise<Place> {
    const [session] = this.#sessions;
    const touched = new Set<string>();
    this.#looks.add(touched);
    try {
      const freshUntil = this.#now() + FRESH_MS;
      const { container, isToldOf } = await inspect();
      const place = placeOf(container);
      this.#kept.delete(name);
      const isSure = isToldOf && session !== undefined && this.#sessions.has(session) && !touched.has(place.id);
      if (isSure) this.#kept.set(name, { place, session, freshUntil });
      for (const oldest of this.#kept.keys()) {
        if (this.#kept.size <= MOST_KEPT) break;
        this.#kept.delete(oldest);
      }
      return place;
    } catch (error) {
      if (!isSilence(error)) this.#kept.delete(name);
      throw error;
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

/** Nobody has said that it is otherwise. */
function isSilence(error: unknown): boolean {
  return error instanceof TrueupError && (error.code === 'engine_unreachable' || error.code === 'interrupted');
}
