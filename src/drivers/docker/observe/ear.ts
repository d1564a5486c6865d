/** Who is told at once of what a stream of events says, before anybody reads it. */
import type { EventMessage } from '../api/wire.ts';

export type EventFilters = Readonly<Record<string, readonly string[]>>;

/** One stream of events. */
export interface Ear {
  /** The engine is listened to from now on. */
  opened(): void;
  heard(message: EventMessage): void;
  /** It is listened to no more, and something may be missed. */
  lost(): void;
}

/** Both are told. */
export function together(first: Ear, second: Ear): Ear {
  return {
    opened() {
      first.opened();
      second.opened();
    },
    heard(message) {
      first.heard(message);
      second.heard(message);
    },
    lost() {
      first.lost();
      second.lost();
    },
  };
}

/** For streams that nothing is held by. */
export const DEAF: Ear = { opened: () => undefined, heard: () => undefined, lost: () => undefined };
