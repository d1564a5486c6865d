/**
 * Which deliveries have been taken. The id of a delivery is not signed by every forge, so that what was signed is remembered
 * too, for a while: somebody who sends the same again under another id gets nowhere. Bounded; the oldest is forgotten first.
 */
import { createHash } from 'node:crypto';

const MOST = 4096;
const ID_MS = 24 * 3_600_000;
/** The same push may be made again, later. */
const BODY_MS = 10 * 60_000;

export class Deliveries {
  /** Until when something is remembered, in the order in which it came. */
  readonly #known = new Map<string, number>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether this is the first time; from now on it is not. */
  take(forge: string, id: string | null, body: Uint8Array): boolean {
    const now = this.#now();
    const marks: readonly (readonly [string, number])[] = [
      [`${forge} body ${createHash('sha256').update(body).digest('base64')}`, BODY_MS],
      ...(id === null ? [] : [[`${forge} id ${id}`, ID_MS] as const]),
    ];
    const isNew = marks.every(([mark]) => (this.#known.get(mark) ?? 0) <= now);
    for (const [mark, ms] of isNew ? marks : []) {
      this.#known.delete(mark);
      this.#known.set(mark, now + ms);
    }
    for (const mark of this.#known.keys()) {
      if (this.#known.size <= MOST) break;
      this.#known.delete(mark);
    }
    return isNew;
  }
}
