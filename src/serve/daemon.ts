/**
 * The daemon: sources, the environments that they declare, and the queue of their passes. It owns all of it, and ending it
 * ends all of it, but for what runs on engines.
 */
import type { ServeEvent, ServeEventDetail } from '../model/serve-event.ts';
import { failureOf, TrueupError } from '../model/failure.ts';
import { compareText } from '../model/json.ts';
import { Slots as ProbeSlots } from '../reconcile/gates/slots.ts';
import type { StateFolder } from '../state/folder.ts';
import { readLatestProbes } from '../state/health-latest.ts';
import { openServedMemory } from '../state/served-state.ts';
import type { Clock } from './clock.ts';
import { type EnvironmentPlace, environmentPlace } from './environment-place.ts';
import { EngineProbes } from './probes/engine-probes.ts';
import { EnvironmentLoop } from './loop/environment-loop.ts';
import { FreezeWatch } from './loop/freeze-watch.ts';
import { FreezesTold } from './standing/freezes-told.ts';
import { healDamping } from './loop/heal-damping.ts';
import type { LoopSettings } from './loop/loop-context.ts';
import { maskedDetail } from './log/masked-detail.ts';
import { PassQueue } from './loop/pass-queue.ts';
import { Prober } from './probes/prober.ts';
import type { Served, ServedEnvironment } from './served.ts';
import { Slots } from './loop/slots.ts';
import { SourceFollower } from './loop/source-follower.ts';
import type { SourceHub } from './sources/source-hub.ts';
import type { Declaration, Source } from './sources/source.ts';
import { Standing } from './standing/standing.ts';

export interface DaemonOptions {
  readonly sources: readonly Source[];
  readonly settings: LoopSettings;
  readonly clock: Clock;
  /** How many environments are reconciled at once. */
  readonly limit: number;
  /** Takes known secrets out of a text, of whatever was read so far. */
  mask(text: string): string;
  /** What a source declares was read anew. Never rejects. */
  onRead?(source: Source, declaration: Declaration): Promise<void>;
  onProblem(environment: string, problem: TrueupError): void;
  onWait(environment: string, words: string): void;
}

/** So many probes are under way at once, of all environments together. */
const PROBES_AT_ONCE = 16;

export class Daemon implements Served, AsyncDisposable {
  readonly startedAt: string;
  readonly #options: DaemonOptions;
  readonly #queue: PassQueue;
  readonly #looks: Slots;
  readonly #probes = new ProbeSlots(PROBES_AT_ONCE);
  readonly #loops = new Map<string, EnvironmentLoop>();
  readonly #states = new Map<string, StateFolder>();
  /** By state folder: of each there is one. */
  readonly #freezes = new Map<string, FreezeWatch>();
  readonly #followers: readonly SourceFollower[];
  /** Listeners of whom it was said that they throw. */
  readonly #failing = new WeakSet<(event: ServeEvent) => void>();
  readonly #listeners = new Set<(event: ServeEvent) => void>();
  /** Ends following sources; passes go on. */
  readonly #leaving = new AbortController();
  /** Ends everything at once. */
  readonly #ending = new AbortController();

  constructor(options: DaemonOptions) {
    const { clock, limit, sources } = options;
    this.#options = options;
    this.startedAt = new Date(clock.wall()).toISOString();
    this.#looks = new Slots(2 * limit);
    this.#queue = new PassQueue({
      limit,
      now: () => clock.now(),
      run: async (id, wanted, place) => this.#loops.get(id)?.run(wanted, place),
    });
    this.#followers = sources.map(
      (source) =>
        new SourceFollower({
          source,
          clock,
          add: async (name, hub, place) => this.#add(name, hub, await environmentPlace(name, place)),
          tell: (environment, detail) => this.#tell(environment, detail),
          signal: this.#leaving.signal,
          read: async (declaration) => options.onRead?.(source, declaration),
        }),
    );
  }

  /** Resolves once every source was read, or could not be; passes go on by themselves from then on. */
  async start(): Promise<void> {
    await Promise.all(this.#followers.map((follower) => follower.start(`${this.#options.settings.command} began`)));
  }

  environments(): readonly EnvironmentLoop[] {
    return [...this.#loops.values()].sort((left, right) => compareText(left.id, right.id));
  }

  subscribe(listener: (event: ServeEvent) => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  /** Where what is known of an environment lies. */
  stateOf({ id }: Pick<ServedEnvironment, 'id'>): StateFolder | null {
    return this.#states.get(id) ?? null;
  }

  /** Ends everything at once: also what a second Ctrl-C asks for. */
  abort(): void {
    this.#ending.abort(new TrueupError('interrupted', 'the daemon ends at once'));
  }

  /** In order: what has begun is carried on up to its gates, and gates are left to whoever comes next. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#leaving.abort();
    for (const loop of this.#loops.values()) loop.letGo();
    for (const watch of this.#freezes.values()) watch[Symbol.dispose]();
    await this.#queue[Symbol.asyncDispose]();
    await Promise.all(this.#followers.map((follower) => follower.ended()));
    this.#ending.abort(new TrueupError('interrupted', 'the daemon has ended'));
    await Promise.all([...this.#loops.values()].map((loop) => loop[Symbol.asyncDispose]()));
    await Promise.all(this.#followers.map((follower) => follower[Symbol.asyncDispose]()));
    this.#listeners.clear();
  }

  /** A listener that throws is a defect of its own, said once: nobody else misses anything for it. */
  #tell(environment: string, detail: ServeEventDetail): void {
    const at = new Date(this.#options.clock.wall()).toISOString();
    const event: ServeEvent = { environment, at, ...maskedDetail(detail, this.#options.mask) };
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        if (this.#failing.has(listener)) continue;
        this.#failing.add(listener);
        const message = `somebody who listens to the daemon failed: ${failureOf(error).message}`;
        this.#options.onProblem(environment, new TrueupError('internal', message, { cause: error }));
      }
    }
  }

  async #add(name: string, hub: SourceHub, place: EnvironmentPlace): Promise<EnvironmentLoop> {
    const { settings, clock, onProblem, onWait } = this.#options;
    const { root, state, recorded } = place;
    const { source } = hub;
    const id = `${source.name}/${name}`;
    const mask = (text: string): string => this.#options.mask(place.mask(text));
    const tell = (detail: ServeEventDetail): void => this.#tell(id, detail);
    this.#states.set(id, state);
    const memory = await openServedMemory(state, name, {
      mask,
      onTrouble: (problem) => onProblem(id, problem),
    });
    const prober = new Prober({
      clock,
      slots: this.#probes,
      probes: new EngineProbes(),
      remembered: await readLatestProbes(state, name),
      tell: (event) => tell({ type: 'progress', event }),
      changed: () => standing.probedAnew(),
      onProblem: (problem) => onProblem(id, problem),
    });
    const { verdicts: probed } = prober;
    const freezes = new FreezesTold({ clock, tell, changed: () => standing.freezesMoved() });
    const standing = new Standing({ name, memory, freezes, probed, recorded, tell, now: () => clock.wall() });
    const loop = new EnvironmentLoop({
      info: { id, name, source: source.where },
      root,
      hub,
      queue: this.#queue,
      looks: this.#looks,
      settings,
      clock,
      memory,
      standing,
      freezes,
      prober,
      damping: healDamping({ records: memory.get().heals, now: () => clock.now(), random: () => clock.random() }),
      signal: this.#ending.signal,
      tell,
      onProblem: (problem) => onProblem(id, problem),
      onWait: (words) => onWait(id, words),
    });
    this.#loops.set(id, loop);
    this.#watchFreezes(state);
    return loop;
  }

  /** Whoever freezes something or ends that without asking the daemon is heard all the same. */
  #watchFreezes({ path }: StateFolder): void {
    if (this.#leaving.signal.aborted || this.#freezes.has(path)) return;
    const changed = (name: string): void => {
      for (const loop of this.#loops.values()) {
        if (loop.name === name && this.#states.get(loop.id)?.path === path) void loop.freezesMoved();
      }
    };
    this.#freezes.set(path, new FreezeWatch({ path, clock: this.#options.clock, changed }));
  }
}
