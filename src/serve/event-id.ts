/** The id of an event, the same for everybody who hears of it: one in the order in which they were first asked for. */
import { monotonicFactory } from 'ulid';
import type { ServeEvent } from '../model/serve-event.ts';

// Nobody needs to be kept from guessing them, and they are many.
const next = monotonicFactory(() => Math.random());
// Ids go when their events do.
const ids = new WeakMap<ServeEvent, string>();

/** Unique and sortable, also where the clock goes back. */
export function eventIdOf(event: ServeEvent): string {
  const known = ids.get(event);
  if (known !== undefined) return known;
  const id = next();
  ids.set(event, id);
  return id;
}
