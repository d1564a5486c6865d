/**
 * The sight of one environment: observers that stay open, what they saw last, and what has happened since. A look asks
 * engines for no more than what has changed as long as their streams of events had no gap; after a gap, or where a stream
 * is not heard, it asks for everything. Memory is bounded by what is declared and what is there.
 *
 * Concurrency: looks of one sight come one after the other. An event that comes during a look counts for the next.
 */
import type { Observer } from '../../drivers/driver.ts';
import type { ObjectReference } from '../../drivers/scope.ts';
import {
  enginesNeeded,
  observeEnvironment,
  type ObservedEngine,
  type Observations,
  type ObserveRequest,
  type SeenEngine,
} from '../../flow/observe.ts';
import { throughProvider } from '../../flow/inside.ts';
import { seenFor } from '../../flow/seen.ts';
import { Turns } from '../../drivers/turns.ts';
import type { EngineDeclaration } from '../../model/desired.ts';
import type { Observation } from '../../model/observed.ts';
import { EngineSight, type SightListener } from './engine-sight.ts';

export class Sight implements AsyncDisposable {
  readonly #listener: SightListener;
  readonly #engines = new Map<string, EngineSight>();
  readonly #turns = new Turns();
  readonly #hears: boolean;

  /** `hears: false` for who looks once, and needs no stream of events. */
  constructor(listener: SightListener, { hears }: { readonly hears: boolean }) {
    this.#listener = listener;
    this.#hears = hears;
  }

  /** Fits as the look of a plan. What it opened stays open until the sight is disposed of. */
  readonly look = (request: ObserveRequest, signal: AbortSignal): Promise<Observations> =>
    this.#turns.take('look', () => this.#look(request, signal));

  /**
   * The same engines as they are now, for who plans beside the daemon: never from memory alone, and nothing of what is
   * known here changes by it. Engines that this sight does not have in the same way are looked at as if it were not there.
   */
  readonly lookAgain = async (request: ObserveRequest, signal: AbortSignal): Promise<Observations> => {
    const again = new Map<string, SeenEngine>();
    await Promise.all(
      Object.values(request.environment.engines).map(async (declaration) => {
        // What is in a VM is asked only where the VM was seen to run.
        if (declaration.inside !== undefined) return;
        const sight = this.#engines.get(declaration.name);
        const driver = request.models.has(declaration.name) ? await request.drivers.load(declaration.driver) : null;
        if (sight === undefined || driver?.identity(declaration) !== sight.identity) return;
        const seen = await sight.lookAgain({ request, declaration }, signal);
        if (seen !== null) again.set(declaration.name, seen);
      }),
    );
    return observeEnvironment(request, signal, again);
  };

  /** Whether something happened that no look has seen. */
  get isStale(): boolean {
    return [...this.#engines.values()].some((engine) => engine.isStale);
  }

  /** The next look asks for everything. */
  forget(): void {
    for (const engine of this.#engines.values()) engine.forget();
  }

  /** The next look asks for these, whatever was heard. */
  doubt(engine: string, object: ObjectReference): void {
    this.#engines.get(engine)?.doubt(object);
  }

  engines(): ReadonlyMap<string, ObservedEngine> {
    return new Map([...this.#engines].map(([name, engine]) => [name, engine.observed]));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const engines = [...this.#engines.values()];
    this.#engines.clear();
    await Promise.all(engines.map((engine) => engine[Symbol.asyncDispose]()));
  }

  async #look(request: ObserveRequest, signal: AbortSignal): Promise<Observations> {
    const { environment, drivers, models } = request;
    const needed = enginesNeeded(request);
    const observations = new Map<string, Observation>();
    const identities = new Map<string, string>();
    const declared = Object.values(environment.engines).filter(({ name }) => models.has(name));
    await this.#closeOthers(new Set(declared.map(({ name }) => name)));
    const answers = new Map<string, Observation>();
    const meet = async (declaration: EngineDeclaration): Promise<void> => {
      const driver = await drivers.load(declaration.driver);
      if (driver === null) return;
      const identity = driver.identity(declaration);
      identities.set(declaration.name, identity);
      const engine = await this.#engine(declaration.name, identity, () => driver.observer(declaration, request.sealer));
      const isNeeded = needed.has(declaration.name);
      let isAsked = false;
      const ask = (): Promise<Observation> => {
        isAsked = true;
        return engine.look({ request, declaration, isHeard: this.#hears, isNeeded }, signal);
      };
      const host = declaration.inside?.engine.name ?? '';
      const observer = this.#engines.get(host)?.observed.observer;
      const provider = { answer: answers.get(host), observer, owners: request.owners, ask };
      const observation = await throughProvider(declaration, provider, signal);
      if (!isAsked) await engine.rest({ request, declaration });
      answers.set(declaration.name, observation);
      if (observation.status === 'known' || isNeeded) observations.set(declaration.name, observation);
    };
    await Promise.all(declared.filter(({ inside }) => inside === undefined).map(meet));
    await Promise.all(declared.filter(({ inside }) => inside !== undefined).map(meet));
    return {
      engines: this.engines(),
      observations: seenFor(request, observations, identities),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  }

  /** What a name stands for may change with the manifests. */
  async #engine(name: string, identity: string, open: () => Promise<Observer>): Promise<EngineSight> {
    const known = this.#engines.get(name);
    if (known?.identity === identity) return known;
    await known?.[Symbol.asyncDispose]();
    const made = new EngineSight({ name, identity, open, listener: this.#listener });
    this.#engines.set(name, made);
    return made;
  }

  async #closeOthers(names: ReadonlySet<string>): Promise<void> {
    for (const [name, engine] of this.#engines) {
      if (names.has(name)) continue;
      this.#engines.delete(name);
      await engine[Symbol.asyncDispose]();
    }
  }
}
