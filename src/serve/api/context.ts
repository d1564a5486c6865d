/** What every route of the API is handed. */
import type { JsonObject } from '../../model/json.ts';
import type { Served } from '../served.ts';

export interface ApiContext {
  readonly served: Served;
  /** Aborts when the daemon ends. */
  readonly ending: AbortSignal;
  /** `user@host`, for what is done through the socket. */
  readonly user: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** The document with known secrets taken out: the last thing that happens before it is sent. */
  answer(document: JsonObject): JsonObject;
  mask(text: string): string;
  /** Work that nobody waits for; how it fails is told by events, and to the log. */
  inBackground(work: Promise<unknown>): void;
}
