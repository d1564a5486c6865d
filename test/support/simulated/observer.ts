/** The reading face of the simulated driver. It is handed no more of the engine than {@link EngineReads}. */
import type { Observer } from '../../../src/drivers/driver.ts';
import type { EngineEvent } from '../../../src/drivers/engine-event.ts';
import type { LogLine, LogOptions } from '../../../src/drivers/log-line.ts';
import type { ObjectReference, Scope } from '../../../src/drivers/scope.ts';
import { nameBeforeAside } from '../../../src/model/aside.ts';
import type { ListedObject } from '../../../src/model/coverage.ts';
import type { EngineDeclaration } from '../../../src/model/desired.ts';
import type { Observation, Ownership } from '../../../src/model/observed.ts';
import type { BusEvent } from './event-bus.ts';
import { streamOf } from './notifier.ts';
import type { SimulatedObject } from './objects.ts';
import { observedOf } from './projection.ts';
import { Connection, type EngineReads } from './reads.ts';

export class SimulatedObserver implements Observer {
  readonly #engine: EngineReads;
  readonly #declaration: EngineDeclaration;
  readonly #connection: Connection;
  readonly #closed = new AbortController();

  constructor(engine: EngineReads, declaration: EngineDeclaration) {
    this.#engine = engine;
    this.#declaration = declaration;
    this.#connection = new Connection(engine);
  }

  async observe(scope: Scope, signal: AbortSignal): Promise<Observation> {
    signal.throwIfAborted();
    await Promise.resolve();
    this.#connection.assertAlive();
    const { name: engine } = this.#declaration;
    const { outage, isAbsent, options } = this.#engine;
    const provider = options.provided_by?.address ?? null;
    if (isAbsent && provider !== null) return { status: 'absent', engine, provided_by: provider };
    if (outage !== null) return { status: 'unreachable', engine, error: outage, provided_by: provider };
    const lifts = !options.traps.zero_means_unchanged;
    const facts = { kind: 'simulated', version: '1.0', lifts_limits: lifts };
    const objects = this.#inScope(scope).map((object) => observedOf(object, this.#engine));
    return { status: 'known', engine, facts, objects };
  }

  async listAll(signal: AbortSignal): Promise<readonly ListedObject[] | null> {
    signal.throwIfAborted();
    await Promise.resolve();
    this.#connection.assertAlive();
    const { outage, isAbsent, objects } = this.#engine;
    if (isAbsent || outage !== null) return null;
    return objects
      .all()
      .filter(({ type }) => type !== 'image')
      .map(({ type, name, id, ownership }) => ({ type, name, id, ownership }));
  }

  async *events(scope: Scope, signal: AbortSignal): AsyncIterable<EngineEvent> {
    const either = AbortSignal.any([signal, this.#closed.signal]);
    // Who serves a thousand environments on one engine is not woken a thousand times by each event.
    const isMeant = (item: BusEvent): boolean => !this.#connection.isAlive || isEventOf(scope, item);
    for await (const item of streamOf(this.#engine.events.listeners, either, isMeant)) {
      this.#connection.assertAlive();
      yield item.event;
    }
  }

  async *logs(object: ObjectReference, options: LogOptions, signal: AbortSignal): AsyncIterable<LogLine> {
    this.#connection.assertAnswers();
    const found = this.#engine.objects.find(object);
    if (found === null) return;
    const stopped = new AbortController();
    const either = AbortSignal.any([signal, this.#closed.signal, stopped.signal]);
    const { listeners } = this.#engine.events;
    const unsubscribe = listeners.subscribe(() => {
      if (this.#engine.objects.byId(found.id) === null) stopped.abort();
    });
    try {
      const since = options.since === undefined ? 0 : Date.parse(options.since);
      const lines = found.log.filter(({ at }) => at === null || Date.parse(at) >= since);
      let next = found.log.length;
      // Listens before the first line is handed over: what is written meanwhile must not fall into the gap.
      const more = options.follow === true ? streamOf(this.#engine.written, either) : null;
      const pending = more?.next();
      yield* options.tail === undefined ? lines : lines.slice(Math.max(0, lines.length - options.tail));
      for (let turn = await pending; turn !== undefined && turn.done !== true; turn = await more?.next()) {
        this.#connection.assertAlive();
        while (next < found.log.length && !either.aborted) {
          const line = found.log[next];
          next += 1;
          if (line !== undefined) yield line;
        }
      }
    } finally {
      unsubscribe();
      stopped.abort();
    }
  }

  async close(): Promise<void> {
    this.#closed.abort();
  }

  #inScope({ only, names, owners, environment }: Scope): readonly Readonly<SimulatedObject>[] {
    const { objects } = this.#engine;
    if (only !== undefined) return only.flatMap((reference) => objects.named(reference));
    const wanted = new Set(Object.entries(names).flatMap(([type, list]) => list.map((name) => `${type} ${name}`)));
    return objects.all().filter(({ type, name, ownership }) => {
      if (isOurs(ownership, owners, environment) || wanted.has(`${type} ${name}`)) return true;
      const before = ownership === null ? nameBeforeAside(name) : null;
      return before !== null && wanted.has(`${type} ${before}`);
    });
  }
}

function isEventOf({ names, owners, environment, only }: Scope, { event, ownership }: BusEvent): boolean {
  if (event.type === 'gap') return true;
  const { type, name } = event.object;
  if (only !== undefined) return only.some((reference) => reference.type === type && reference.name === name);
  return isOurs(ownership, owners, environment) || (names[type]?.includes(name) ?? false);
}

function isOurs(ownership: Ownership | null, owners: readonly string[], environment: string): boolean {
  return ownership !== null && owners.includes(ownership.owner) && ownership.environment === environment;
}
