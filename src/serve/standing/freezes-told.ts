/**
 * What of one environment is frozen, told as it begins and ends. Looks say so, which rest on plans that are made while somebody
 * freezes something; whoever hears of that says so, too, and counts until a look agrees. A freeze ends by itself at its time,
 * also while a pass waits at a gate and nobody looks.
 */
import type { ServeEventDetail } from '../../model/serve-event.ts';
import type { Freeze } from '../../model/served.ts';
import type { Clock } from '../clock.ts';

export interface FreezesToldOptions {
  readonly clock: Pick<Clock, 'wall' | 'after'>;
  tell(detail: ServeEventDetail): void;
  /** Something else is frozen than before. */
  changed(): void;
}

export class FreezesTold implements Disposable {
  readonly #options: FreezesToldOptions;
  /** `null` before the first look: what was frozen before the daemon began is no news. */
  #now: readonly Freeze[] | null = null;
  /** What was heard and no look has confirmed; the keys of what has ended lead to `null`. */
  readonly #heard = new Map<string, Freeze | null>();
  #end: Disposable | null = null;

  constructor(options: FreezesToldOptions) {
    this.#options = options;
  }

  get all(): readonly Freeze[] {
    return this.#now ?? [];
  }

  /** What a look has found. */
  looked(found: readonly Freeze[]): void {
    const all = new Map(found.map((freeze) => [keyOf(freeze), freeze]));
    for (const [key, freeze] of this.#heard) {
      if (all.has(key) === (freeze !== null)) this.#heard.delete(key);
      else if (freeze === null) all.delete(key);
      else all.set(key, freeze);
    }
    this.#are([...all.values()]);
  }

  /** What somebody was heard to have frozen, or to have ended. */
  heard(found: readonly Freeze[]): void {
    if (this.#now === null) return;
    const keys = new Set(found.map(keyOf));
    const known = new Set(this.#now.map(keyOf));
    for (const freeze of this.#now) if (!keys.has(keyOf(freeze))) this.#heard.set(keyOf(freeze), null);
    for (const freeze of found) if (!known.has(keyOf(freeze))) this.#heard.set(keyOf(freeze), freeze);
    this.#are(found);
  }

  [Symbol.dispose](): void {
    this.#end?.[Symbol.dispose]();
    this.#end = null;
  }

  #are(found: readonly Freeze[]): void {
    const { clock, tell, changed } = this.#options;
    const wall = clock.wall();
    const now = found.filter(({ until }) => Date.parse(until) > wall);
    const before = this.#now;
    this.#now = now;
    const [known, here] = [new Set(before?.map(keyOf)), new Set(now.map(keyOf))];
    const ended = before?.filter((freeze) => !here.has(keyOf(freeze))) ?? [];
    const begun = before === null ? [] : now.filter((freeze) => !known.has(keyOf(freeze)));
    for (const freeze of ended) {
      // It is over, whether or not a look has ever found it.
      if (this.#heard.get(keyOf(freeze)) !== null) this.#heard.delete(keyOf(freeze));
      tell({ type: 'freeze_ended', ...told(freeze) });
    }
    for (const freeze of begun) tell({ type: 'frozen', ...told(freeze) });
    this.#awaitEnd();
    if (ended.length + begun.length > 0) changed();
  }

  #awaitEnd(): void {
    const { clock } = this.#options;
    this[Symbol.dispose]();
    const ends = this.all.map(({ until }) => Date.parse(until));
    if (ends.length === 0) return;
    this.#end = clock.after(Math.max(0, Math.min(...ends) - clock.wall()) + 1, () => this.#are(this.all));
  }
}

function keyOf({ address, since }: Freeze): string {
  return `${address} ${since}`;
}

function told({ address, reason, since, until }: Freeze): Pick<Freeze, 'address' | 'reason' | 'since' | 'until'> {
  return { address, reason, since, until };
}
