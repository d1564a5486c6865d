/**
 * The queue of passes: one at a time per environment, a few at a time over all. Triggers that come while an environment
 * waits or is busy come together in one further pass, in bounded memory however many they are.
 *
 * Fairness: what somebody waits for (a request, an event, a save) and what comes in masses (commits, schedules, retries),
 * the latter by source, stand in lanes of their own that take turns, and masses never take the last place. Within a lane it
 * is first come, first served.
 */
import type { Address } from '../../model/address.ts';
import { compareText } from '../../model/json.ts';
import type { Trigger, TriggerKind } from '../../model/served.ts';

/** What a pass is for: the triggers that came together. */
export interface Wanted {
  /** How many triggers. */
  readonly count: number;
  readonly kinds: ReadonlySet<TriggerKind>;
  /** The first few, each once. */
  readonly reasons: readonly string[];
  /** What they are about; `null` for the environment as a whole. */
  readonly addresses: readonly Address[] | null;
  readonly isWord: boolean;
  /** Milliseconds of the clock: when the first came. */
  readonly since: number;
}

export interface PassQueueOptions {
  /** How many environments are busy at once. */
  readonly limit: number;
  now(): number;
  /** One pass, which never rejects. The signal aborts when the queue is disposed of. */
  run(key: string, wanted: Wanted, place: Place): Promise<void>;
}

/** A place among those who are busy. */
export interface Place {
  /** Lets another environment begin, while this one only waits. */
  leave(): void;
}

export const MAX_REASONS = 5;
export const MAX_ADDRESSES = 100;

interface Entry {
  readonly key: string;
  readonly group: string;
  wanted: Wanted | null;
  isRunning: boolean;
  isPaused: boolean;
  /** The lane in which it stands. */
  lane: string | null;
}

const URGENT = ' urgent';
const URGENT_KINDS: ReadonlySet<TriggerKind> = new Set(['request', 'event', 'files']);

export class PassQueue implements AsyncDisposable {
  readonly #options: PassQueueOptions;
  readonly #entries = new Map<string, Entry>();
  /** In the order of their turns. */
  readonly #lanes = new Map<string, Set<Entry>>();
  readonly #running = new Map<Entry, Promise<void>>();
  #places = 0;
  #isClosed = false;

  constructor(options: PassQueueOptions) {
    this.#options = options;
  }

  /** `group`: whose masses take turns with those of others. */
  add(key: string, group: string, trigger: Trigger): void {
    if (this.#isClosed) return;
    const entry = this.#entryOf(key, group);
    entry.wanted = joined(entry.wanted, trigger, this.#options.now());
    this.#stand(entry);
    this.#advance();
  }

  pause(key: string, group: string): void {
    const entry = this.#entryOf(key, group);
    entry.isPaused = true;
    this.#leaveLane(entry);
  }

  resume(key: string, group: string): void {
    const entry = this.#entryOf(key, group);
    entry.isPaused = false;
    this.#stand(entry);
    this.#advance();
  }

  isPaused(key: string): boolean {
    return this.#entries.get(key)?.isPaused ?? false;
  }

  /** What waits for the next pass of an environment. */
  wantedOf(key: string): Wanted | null {
    return this.#entries.get(key)?.wanted ?? null;
  }

  /** Forgets an environment; a pass that runs goes on. */
  remove(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    entry.wanted = null;
    this.#leaveLane(entry);
    this.#entries.delete(key);
  }

  /** How many wait, and how many are busy. */
  sizes(): { readonly waiting: number; readonly running: number } {
    const waiting = [...this.#lanes.values()].reduce((sum, lane) => sum + lane.size, 0);
    return { waiting, running: this.#running.size };
  }

  /** Begins nothing more, forgets what waits, and waits for what runs. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#lanes.clear();
    while (this.#running.size > 0) await Promise.all(this.#running.values());
    this.#entries.clear();
  }

  #entryOf(key: string, group: string): Entry {
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      entry = { key, group, wanted: null, isRunning: false, isPaused: false, lane: null };
      this.#entries.set(key, entry);
    }
    return entry;
  }

  /** In the lane that it belongs to now: what became urgent changes over. */
  #stand(entry: Entry): void {
    const { wanted } = entry;
    if (wanted === null || entry.isRunning || entry.isPaused) return;
    const lane = [...wanted.kinds].some((kind) => URGENT_KINDS.has(kind)) ? URGENT : entry.group;
    if (entry.lane === lane) return;
    this.#leaveLane(entry);
    entry.lane = lane;
    const standing = this.#lanes.get(lane);
    if (standing === undefined) this.#lanes.set(lane, new Set([entry]));
    else standing.add(entry);
  }

  #leaveLane(entry: Entry): void {
    if (entry.lane === null) return;
    const lane = this.#lanes.get(entry.lane);
    lane?.delete(entry);
    if (lane?.size === 0) this.#lanes.delete(entry.lane);
    entry.lane = null;
  }

  #advance(): void {
    for (let entry = this.#next(); entry !== null; entry = this.#next()) this.#begin(entry);
  }

  #next(): Entry | null {
    const { limit } = this.#options;
    if (this.#isClosed || this.#places >= limit) return null;
    const isLast = limit > 1 && this.#places === limit - 1;
    for (const [name, lane] of this.#lanes) {
      const [entry] = lane;
      if (entry === undefined || (isLast && name !== URGENT)) continue;
      // Its next turn comes after those of all others.
      this.#lanes.delete(name);
      this.#lanes.set(name, lane);
      this.#leaveLane(entry);
      return entry;
    }
    return null;
  }

  #begin(entry: Entry): void {
    const { wanted } = entry;
    if (wanted === null) return;
    entry.wanted = null;
    entry.isRunning = true;
    this.#places += 1;
    let isHeld = true;
    const leave = (): void => {
      if (!isHeld) return;
      isHeld = false;
      this.#places -= 1;
      this.#advance();
    };
    // In a turn of its own, so that whoever adds a trigger is never inside of a pass.
    const running = Promise.resolve()
      .then(() => this.#options.run(entry.key, wanted, { leave }))
      .finally(() => {
        this.#running.delete(entry);
        entry.isRunning = false;
        if (this.#entries.get(entry.key) === entry && !this.#isClosed) this.#stand(entry);
        leave();
        // Where it had left its place before, nobody has looked who may begin now.
        this.#advance();
      });
    this.#running.set(entry, running);
  }
}

function joined(before: Wanted | null, trigger: Trigger, now: number): Wanted {
  const { kind, reason, addresses, isWord } = trigger;
  if (before === null) {
    return {
      count: 1,
      kinds: new Set([kind]),
      reasons: [reason],
      addresses: bounded(addresses),
      isWord,
      since: now,
    };
  }
  const isNews = before.reasons.length < MAX_REASONS && !before.reasons.includes(reason);
  return {
    count: before.count + 1,
    kinds: before.kinds.has(kind) ? before.kinds : new Set([...before.kinds, kind]),
    reasons: isNews ? [...before.reasons, reason] : before.reasons,
    addresses: before.addresses === null || addresses === null ? null : union(before.addresses, addresses),
    isWord: before.isWord || isWord,
    since: before.since,
  };
}

function union(left: readonly Address[], right: readonly Address[]): readonly Address[] | null {
  return bounded([...new Set([...left, ...right])]);
}

/** So many are as good as all. */
function bounded(addresses: readonly Address[] | null): readonly Address[] | null {
  if (addresses === null || addresses.length > MAX_ADDRESSES) return null;
  return addresses.toSorted(compareText);
}
