/**
 * Notices what happens to the objects of one registry, for everybody in this process who asks: one watch for each root.
 * It looks at an object when a file of it changes; the end of a supervisor, which nobody records, shows in regular turns
 * that only ask whether its pid is taken; and in a slow turn every object is looked at, because notifications can be
 * lost and a process that is stopped by a signal tells nobody. What cannot be watched is looked at in quick turns.
 *
 * It rests on no clock but the one that only goes forward, and on nothing that a supervisor of an older trueup lacks.
 */
import { setImmediate as breathe } from 'node:timers/promises';
import { Audience, type RegistryListener } from './audience.ts';
import type { Engine } from './engine.ts';
import type { EntryKind } from './layout.ts';
import { isTaken } from './processes.ts';
import { registeredNames } from './registry.ts';
import { type Mark, markOf, takeTraces, type Trace, unseen } from './traces.ts';
import { FolderWatches, type WatchFolder } from './watches.ts';
import { Waiting } from './waiting.ts';

/** Between two turns, at least and at most; in between it is so long that turns cost one part in 2,500 of a core. */
const TURN_MS = { least: 200, most: 1000 };
const TURN_SHARE = 2500;
/** So long until every object was looked at, whatever was told. */
const ROUND_MS = 30_000;
/** Between two looks at what cannot be watched; and ten times as long as they take. */
const QUICK_MS = 100;
/** An end that is not recorded so long after it was seen is told as it is. */
const RECORDING_MS = 250;
/** A turn that came so late that whole lives may have gone by unseen: the machine slept. */
const LATE_MS = 10_000;
const LOOKS_AT_ONCE = 200;

export class RegistryWatch implements Disposable {
  readonly #engine: Engine;
  readonly #audience = new Audience();
  readonly #watches: FolderWatches;
  readonly #waiting = new Waiting();
  readonly #closed = new AbortController();
  readonly #traces = new Map<string, Trace>();
  /** To be looked at, in the order in which they were told. */
  readonly #told = new Set<string>();
  readonly #unwatched = new Set<string>();
  /** Since when, by `performance.now()`. */
  readonly #unsettled = new Map<string, number>();
  #hasBegun = false;
  /** What every stream begins with. */
  #begin = 'looking from now on';
  #isListed = false;
  #isReadable = false;
  #round: string[] = [];
  #turnMs = TURN_MS.least;
  #lookMs = 0;

  constructor(engine: Engine, watchFolder?: WatchFolder) {
    this.#engine = engine;
    const listener = {
      touched: (kind: EntryKind, name: string) => this.#tell(keyOf(kind, name)),
      listed: () => this.#relist(),
      exhausted: (errno: string) => {
        this.#begin = `looking in turns from now on: no more file watches are to be had (${errno})`;
        this.#audience.gap(this.#begin);
      },
    };
    this.#watches = new FolderWatches(engine.root, listener, watchFolder);
  }

  get isIdle(): boolean {
    return this.#audience.isEmpty;
  }

  /** The first one makes it begin. */
  add(listener: RegistryListener): void {
    this.#audience.add(listener);
    this.#waiting.wake();
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    void this.#run();
  }

  delete(listener: RegistryListener): void {
    this.#audience.delete(listener);
  }

  [Symbol.dispose](): void {
    this.#closed.abort();
    this.#waiting.wake();
    this.#watches[Symbol.dispose]();
  }

  #tell(key: string): void {
    this.#told.add(key);
    this.#waiting.wake();
  }

  #relist(): void {
    this.#isListed = false;
    this.#waiting.wake();
  }

  /** Never rejects. */
  async #run(): Promise<void> {
    const { signal } = this.#closed;
    for (let next = 0; !signal.aborted; ) {
      const began = performance.now();
      const isTurn = began >= next;
      try {
        if (isTurn) this.#turn();
        // Asked again in the moment of the welcome: who comes while it looks is not told before all of theirs was seen.
        do await this.#look();
        while (!signal.aborted && this.#tellUnseen());
        if (signal.aborted) return;
        this.#found();
      } catch {
        if (signal.aborted) return;
        this.#lost();
      }
      this.#lookMs = performance.now() - began;
      if (isTurn) next = began + this.#turnMs;
      const pause = this.#pause(next);
      if ((await this.#waiting.wait(pause)) > pause + LATE_MS) this.#audience.gap('nobody looked for a while');
    }
  }

  #pause(next: number): number {
    const left = Math.max(1, next - performance.now());
    const isQuick = this.#unwatched.size > 0 || this.#unsettled.size > 0;
    return isQuick ? Math.min(left, Math.max(QUICK_MS, 10 * this.#lookMs)) : left;
  }

  /** What happens without a word: ends of supervisors, and whatever was not told. */
  #turn(): void {
    const began = performance.now();
    this.#watches.followRoot();
    for (const [key, { guard }] of this.#traces) if (guard !== null && !isTaken(guard)) this.#told.add(key);
    const cost = performance.now() - began;
    this.#turnMs = Math.min(TURN_MS.most, Math.max(TURN_MS.least, TURN_SHARE * cost));
    for (const key of this.#nextOfRound()) this.#told.add(key);
  }

  #nextOfRound(): readonly string[] {
    if (this.#round.length === 0) {
      this.#round = [...this.#traces.keys()];
      this.#isListed = false;
    }
    const next = this.#round.splice(0, Math.ceil((this.#traces.size * this.#turnMs) / ROUND_MS));
    if (this.#engine.processes.isLive) return next;
    // Where to look at one process costs as much as at all of them, they are looked at together.
    return this.#round.length === 0 ? [...this.#traces.keys()] : [];
  }

  async #look(): Promise<void> {
    if (!this.#isListed) this.#list();
    this.#tellUnseen();
    const due = [...new Set([...this.#told, ...this.#unwatched, ...this.#unsettled.keys()])];
    this.#told.clear();
    for (let at = 0; at < due.length && !this.#closed.signal.aborted; at += LOOKS_AT_ONCE) {
      if (at > 0) await breathe();
      await this.#lookAt(due.slice(at, at + LOOKS_AT_ONCE));
    }
  }

  /** What only newcomers ask for; whether there is any. */
  #tellUnseen(): boolean {
    if (!this.#audience.hasNewcomers) return false;
    const isUnseen = (trace: Trace): boolean => trace.signature === null && this.#audience.isConcernedBy(trace);
    const unseenKeys = [...this.#traces].filter(([, trace]) => isUnseen(trace)).map(([key]) => key);
    for (const key of unseenKeys) this.#told.add(key);
    return unseenKeys.length > 0;
  }

  /** Throws where the registry cannot be read. */
  #list(): void {
    const { root } = this.#engine;
    const keysOf = (kind: EntryKind): readonly string[] => registeredNames(root, kind).map((name) => keyOf(kind, name));
    const keys = new Set([...keysOf('service'), ...keysOf('volume')]);
    this.#isListed = true;
    for (const key of keys) if (!this.#traces.has(key)) this.#told.add(key);
    for (const key of this.#traces.keys()) if (!keys.has(key)) this.#told.add(key);
  }

  async #lookAt(keys: readonly string[]): Promise<void> {
    const known = keys.map((key) => [key, this.#follow(key)] as const);
    const wanted = known.flatMap(([key, mark]) =>
      mark !== null && this.#audience.isConcernedBy(mark) ? [{ key, mark }] : [],
    );
    const traces = await takeTraces(
      this.#engine,
      wanted.map(({ mark }) => mark),
      this.#closed.signal,
    );
    const taken = new Map(wanted.map(({ key }, index) => [key, traces[index] ?? null]));
    const now = known.map(
      ([key, mark]) => [key, taken.get(key) ?? (taken.has(key) || mark === null ? null : unseen(mark))] as const,
    );
    // What cannot be read is not gone.
    if (now.some(([, trace]) => trace === null)) this.#list();
    for (const [key, trace] of now) this.#took(key, trace);
  }

  /** Whose it is. What matters is watched before it is looked at: what happens in between is told. */
  #follow(key: string): Mark | null {
    const { kind, name } = partsOf(key);
    const mark = markOf(this.#engine, kind, name, this.#traces.get(key) ?? null);
    this.#unwatched.delete(key);
    if (mark === null || !this.#audience.isConcernedBy(mark)) this.#watches.forget(kind, name);
    else if (!this.#watches.follow(kind, name)) this.#unwatched.add(key);
    return mark;
  }

  #took(key: string, after: Trace | null): void {
    const before = this.#traces.get(key) ?? null;
    if (after !== null && !after.isSettled && this.#isReadable) {
      const since = this.#unsettled.get(key) ?? performance.now();
      this.#unsettled.set(key, since);
      // What nobody had asked for has no earlier state to keep.
      if (before?.signature !== null && performance.now() - since < RECORDING_MS) return;
    }
    this.#unsettled.delete(key);
    if (after === null) this.#traces.delete(key);
    else this.#traces.set(key, after);
    // At first, and while nothing could be read, nothing is told one by one.
    if (!this.#isReadable || before?.signature === after?.signature) return;
    if (before?.signature === null && before.stamp === after?.stamp) return;
    this.#audience.changed(before, after);
  }

  #found(): void {
    if (!this.#isReadable) this.#audience.gap(this.#begin);
    this.#isReadable = true;
    this.#audience.welcome(this.#begin);
  }

  #lost(): void {
    this.#isListed = false;
    if (this.#isReadable) this.#audience.gap(UNREADABLE);
    this.#isReadable = false;
    this.#audience.welcome(UNREADABLE);
  }
}

const UNREADABLE = 'the registry cannot be read';

function keyOf(kind: EntryKind, name: string): string {
  return `${kind} ${name}`;
}

function partsOf(key: string): { readonly kind: EntryKind; readonly name: string } {
  return key.startsWith('service ')
    ? { kind: 'service', name: key.slice('service '.length) }
    : { kind: 'volume', name: key.slice('volume '.length) };
}
