/** One engine as one environment sees it: a connection that stays open, the last look, and what was heard since. */
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Observer } from '../../drivers/driver.ts';
import type { EngineEvent } from '../../drivers/engine-event.ts';
import type { ObjectReference, Scope } from '../../drivers/scope.ts';
import { type ObservedEngine, type ObserveRequest, scopeOf, type SeenEngine } from '../../flow/observe.ts';
import type { EngineDeclaration } from '../../model/desired.ts';
import type { Observation, ObservedObject } from '../../model/observed.ts';
import { pauseAfter } from '../backoff.ts';

export interface SightListener {
  /** Something happened, and a look would show what. */
  heard(engine: string, event: EngineEvent): void;
  /** The time of the last event that was heard of it, also by an earlier process. */
  heardLast(engine: string): string | undefined;
  /** An engine that answered does not any more. */
  lost(engine: string, why: string): void;
  back(engine: string): void;
}

export interface EngineSightOptions {
  readonly name: string;
  readonly identity: string;
  open(): Promise<Observer>;
  readonly listener: SightListener;
}

export interface EngineLook {
  readonly request: ObserveRequest;
  readonly declaration: EngineDeclaration;
  readonly isHeard: boolean;
  readonly isNeeded: boolean;
}

/** So many single objects are as good as all. */
const MOST_DOUBTS = 32;

export class EngineSight implements AsyncDisposable {
  readonly identity: string;
  readonly #options: EngineSightOptions;
  readonly #closed = new AbortController();
  #observed: ObservedEngine | null = null;
  #last: Observation | null = null;
  /** Whether all that happened since the last whole look was heard. */
  #isWhole = false;
  /** Whether it did not answer, and nothing was heard of it since: looking again and again would find nothing else. */
  #isAway = false;
  readonly #doubted = new Map<string, ObjectReference>();
  #ears: { readonly stop: AbortController; readonly ended: Promise<void> } | null = null;

  constructor(options: EngineSightOptions) {
    this.#options = options;
    this.identity = options.identity;
  }

  get observed(): ObservedEngine {
    if (this.#observed === null) throw new TypeError(`engine ${this.#options.name} was not looked at yet`);
    return this.#observed;
  }

  get isStale(): boolean {
    return this.#observed !== null && !this.#isAway && (!this.#isWhole || this.#doubted.size > 0);
  }

  forget(): void {
    this.#isWhole = false;
    this.#isAway = false;
  }

  /** Nobody can ask it, and why is known from elsewhere: until something is heard of it there is nothing to look at. */
  async rest({ request, declaration }: Pick<EngineLook, 'request' | 'declaration'>): Promise<void> {
    await this.#aim(declaration, scopeOf(request, declaration.name));
    this.#isWhole = false;
    this.#isAway = true;
  }

  doubt({ type, name }: ObjectReference): void {
    if (this.#doubted.size >= MOST_DOUBTS) this.#isWhole = false;
    else this.#doubted.set(`${type} ${name}`, { type, name });
  }

  async look({ request, declaration, isHeard, isNeeded }: EngineLook, signal: AbortSignal): Promise<Observation> {
    await this.#aim(declaration, scopeOf(request, declaration.name));
    const { observer, scope } = this.observed;
    const before = this.#last;
    const only = [...this.#doubted.values()];
    if (this.#isWhole && before !== null && only.length === 0) return before;
    const isPart = this.#isWhole && before?.status === 'known';
    this.#doubted.clear();
    // Before the look: what happens from here on is heard, and is for the next one.
    this.#isWhole = true;
    if (isHeard && (isNeeded || holdsSomething(before))) this.#listen();
    try {
      const seen = await observer.observe(isPart ? { ...scope, only } : scope, signal);
      const now = isPart && seen.status === 'known' ? spliced(before, seen, only) : seen;
      this.#remember(now, isNeeded);
      return now;
    } catch (error) {
      this.#isWhole = false;
      throw error;
    }
  }

  /**
   * For who plans beside the daemon: really asks the engine, and leaves what is known here as it is. `null` where it is
   * not the same that is to be seen.
   */
  async lookAgain(
    { request, declaration }: Pick<EngineLook, 'request' | 'declaration'>,
    signal: AbortSignal,
  ): Promise<SeenEngine | null> {
    const held = this.#observed;
    const scope = scopeOf(request, declaration.name);
    if (held === null || held.observer.observeAgain === undefined || !isDeepStrictEqual(held.scope, scope)) return null;
    const observation = await held.observer.observeAgain(scope, signal).catch(() => {
      signal.throwIfAborted();
      return null;
    });
    // Closed meanwhile, because it stands for something else now: that is no business of who asks.
    return observation === null || this.#closed.signal.aborted ? null : { engine: held, observation };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort();
    await this.#stopListening();
    await this.#observed?.observer.close();
    this.#observed = null;
  }

  /** Connects at the first look. What the manifests ask for by name decides what is seen and heard. */
  async #aim(declaration: EngineDeclaration, scope: Scope): Promise<void> {
    if (this.#observed === null) {
      const observer = await this.#options.open();
      this.#observed = { declaration, observer, scope };
      return;
    }
    if (isDeepStrictEqual(this.#observed.scope, scope)) {
      this.#observed = { ...this.#observed, declaration };
      return;
    }
    this.#observed = { ...this.#observed, declaration, scope };
    this.#isWhole = false;
    await this.#stopListening();
  }

  #remember(now: Observation, isNeeded: boolean): void {
    const before = this.#last;
    this.#last = now;
    // Where nobody hears that it is back, or has heard so during the look, it is looked at again.
    this.#isAway = now.status === 'unreachable' && this.#isWhole && this.#ears !== null;
    // Of an engine that nothing is placed on, and nothing was found on, one look is enough.
    const matters = isNeeded || holdsSomething(now);
    if (matters && (now.status !== 'known' || this.#ears === null)) this.#isWhole = false;
    if (!isNeeded) return;
    const { name, listener } = this.#options;
    if (now.status === 'unreachable' && before?.status !== 'unreachable') listener.lost(name, now.error);
    if (now.status === 'known' && before?.status === 'unreachable') listener.back(name);
  }

  #listen(): void {
    if (this.#ears !== null || this.#closed.signal.aborted) return;
    const stop = new AbortController();
    const signal = AbortSignal.any([stop.signal, this.#closed.signal]);
    this.#ears = { stop, ended: this.#hear(this.observed, signal) };
  }

  async #stopListening(): Promise<void> {
    const ears = this.#ears;
    this.#ears = null;
    ears?.stop.abort();
    await ears?.ended;
  }

  /** Drivers reconnect by themselves; a stream that ends all the same is begun anew, with a pause. */
  async #hear({ observer, scope }: ObservedEngine, signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted; failures += 1) {
      try {
        const since = this.#options.listener.heardLast(this.#options.name);
        for await (const event of observer.events(scope, signal, since)) {
          failures = 0;
          this.#take(event);
        }
      } catch (error) {
        if (!signal.aborted)
          this.#take({ type: 'gap', reason: error instanceof Error ? error.message : String(error) });
      }
      await delay(pauseAfter(failures + 1, Math.random()), undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  #take(event: EngineEvent): void {
    this.#isAway = false;
    if (event.type === 'gap') this.#isWhole = false;
    else this.doubt(event.object);
    this.#options.listener.heard(this.#options.name, event);
  }
}

function holdsSomething(observation: Observation | null): boolean {
  return observation?.status === 'known' && observation.objects.length > 0;
}

type Known = Extract<Observation, { status: 'known' }>;

/** What was seen anew takes the place of what is known under the same names, and of itself under the name that it had. */
function spliced(before: Known, seen: Known, only: readonly ObjectReference[]): Known {
  const keyOf = ({ type, name }: ObjectReference): string => `${type} ${name}`;
  const looked = new Set([...only, ...seen.objects].map(keyOf));
  // Images may have one id under several names; nothing else has.
  const idOf = ({ type, id }: ObservedObject): string | null => (type === 'image' ? null : `${type} ${id}`);
  const renewed = new Set(seen.objects.map(idOf));
  const objects: ObservedObject[] = before.objects.filter((object) => {
    const id = idOf(object);
    return !looked.has(keyOf(object)) && (id === null || !renewed.has(id));
  });
  return { ...seen, objects: [...objects, ...seen.objects] };
}
