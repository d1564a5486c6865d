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
import { KnownTraces } from './known-traces.ts';
import type { EntryKind } from './layout.ts';
import { registeredNames } from './registry.ts';
import { Rounds } from './rounds.ts';
import { type Mark, markOf, takeTraces, type Trace, unseen } from './traces.ts';
import { FolderWatches, type WatchFolder } from './watches.ts';
import { Waiting } from './waiting.ts';

/** A turn that came so late that whole lives may have gone by unseen: the machine slept. */
const LATE_MS = 10_000;
const LOOKS_AT_ONCE = 200;

export class RegistryWatch implements Disposable {
  readonly #engine: Engine;
  readonly #audience = new Audience();
  readonly #watches: FolderWatches;
  readonly #waiting = new Waiting();
  readonly #closed = new AbortController();
  readonly #rounds: Rounds;
  readonly #known = new KnownTraces();
  /** To be looked at, in the order in which they were told. */
  readonly #told = new Set<string>();
  readonly #unwatched = new Set<string>();
  #hasBegun = false;
  /** What every stream begins with. */
  #begin = 'looking from now on';
  #isListed = false;
  #isReadable = false;

  constructor(engine: Engine, watchFolder?: WatchFolder) {
    this.#engine = engine;
    this.#rounds = new Rounds(!engine.processes.isLive);
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

  /** Services that somebody has just seen paused: that they went on since may have been told by nobody. */
  seenPaused(names: readonly string[]): void {
    for (const key of names.map((name) => keyOf('service', name)))
      if (this.#known.suspect(key, 'paused')) this.#tell(key);
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
    while (!signal.aborted) {
      const began = performance.now();
      try {
        if (this.#rounds.isDue(began)) this.#turn(began);
        await this.#look();
        if (signal.aborted) return;
        this.#found();
      } catch {
        if (signal.aborted) return;
        this.#lost();
      }
      const now = performance.now();
      const isQuick = this.#unwatched.size > 0 || this.#known.unsettled.length > 0;
      const pause = this.#rounds.pause(now, isQuick, now - began);
      if ((await this.#waiting.wait(pause)) > pause + LATE_MS) this.#audience.gap('nobody looked for a while');
    }
  }

  /** What happens without a word: ends of supervisors, and whatever was not told. */
  #turn(began: number): void {
    const { processes } = this.#engine;
    if (!this.#watches.followRoot()) this.#isListed = false;
    this.#tellAll(this.#known.matching(({ guard }) => guard !== null && !processes.isLiving(guard)));
    const { due, isNew } = this.#rounds.share(began, performance.now() - began, this.#known.keys);
    if (isNew) this.#isListed = false;
    this.#tellAll(due);
  }

  async #look(): Promise<void> {
    if (!this.#isListed) this.#list();
    const isTheirs = this.#audience.expect();
    if (isTheirs !== null) this.#tellAll(this.#known.matching(isTheirs));
    const due = [...new Set([...this.#told, ...this.#unwatched, ...this.#known.unsettled])];
    this.#told.clear();
    for (let at = 0; at < due.length && !this.#closed.signal.aborted; at += LOOKS_AT_ONCE) {
      if (at > 0) await breathe();
      await this.#lookAt(due.slice(at, at + LOOKS_AT_ONCE));
    }
  }

  /** Throws where the registry cannot be read. What comes or goes from now on is told, where that can be had at all. */
  #list(): void {
    this.#watches.followRoot();
    const { root } = this.#engine;
    const keysOf = (kind: EntryKind): readonly string[] => registeredNames(root, kind).map((name) => keyOf(kind, name));
    const keys = new Set([...keysOf('service'), ...keysOf('volume')]);
    this.#isListed = true;
    this.#tellAll(this.#known.list(keys));
  }

  #tellAll(keys: readonly string[]): void {
    for (const key of keys) this.#told.add(key);
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
    const before = this.#known.get(key);
    this.#unwatched.delete(key);
    const mark = markOf(this.#engine, kind, name, before);
    // What says nothing of itself may begin to: it is watched, where it is there, and asked once more.
    if (mark === null) return this.#watches.follow(kind, name) ? markOf(this.#engine, kind, name, before) : null;
    if (!this.#audience.isConcernedBy(mark)) this.#watches.forget(kind, name);
    else if (!this.#watches.follow(kind, name)) this.#unwatched.add(key);
    return mark;
  }

  #took(key: string, after: Trace | null): void {
    const news = this.#known.take(key, after, this.#isReadable);
    // At first, and while nothing could be read, nothing is told one by one.
    if (news !== null && this.#isReadable) this.#audience.changed(news.before, news.after);
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
    // Nobody knows how far the look got: before anybody is told that nothing is missed, everything is looked at.
    this.#tellAll(this.#known.keys);
    this.#audience.expect();
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
