/**
 * Follows one source: which environments it declares, and whom a change of it concerns. Where it cannot be read whole
 * nothing is concluded, least of all that environments are gone; it is tried again, and said once.
 *
 * An environment that is not declared any more stays: it is reported as orphaned, and nothing of it is touched.
 */
import { failureOf } from '../model/failure.ts';
import type { ServeEventDetail } from '../model/serve-event.ts';
import type { TriggerKind } from '../model/served.ts';
import type { StateFolder } from '../state/folder.ts';
import { readRecorded, recordedEnvironments } from '../state/recorded.ts';
import { pauseAfter } from './backoff.ts';
import type { Clock } from './clock.ts';
import type { EnvironmentLoop } from './environment-loop.ts';
import { SourceHub } from './source-hub.ts';
import type { Declaration, Source, SourceChange } from './source.ts';

export interface SourceFollowerOptions {
  readonly source: Source;
  readonly clock: Clock;
  /** Begins to serve an environment. */
  add(name: string, hub: SourceHub, declaration: Declaration): Promise<EnvironmentLoop>;
  tell(environment: string, detail: ServeEventDetail): void;
  /** What is declared was read anew; those whom it concerns know. Never rejects. */
  read?(declaration: Declaration): Promise<void>;
  /** Ends following; what is served goes on. */
  readonly signal: AbortSignal;
}

interface Cause {
  readonly kind: TriggerKind;
  readonly reason: string;
  readonly change: SourceChange | null;
}

export class SourceFollower implements AsyncDisposable {
  readonly #options: SourceFollowerOptions;
  readonly #hub: SourceHub;
  readonly #loops = new Map<string, EnvironmentLoop>();
  /** Readings of what is declared, one after the other, so that what came last is what counts. */
  #turn: Promise<void> = Promise.resolve();
  #watching: Promise<void> = Promise.resolve();
  #retry: Disposable | null = null;
  #failures = 0;

  constructor(options: SourceFollowerOptions) {
    this.#options = options;
    this.#hub = new SourceHub(options.source);
  }

  /** Resolves once the source was read, or could not be. */
  async start(reason: string): Promise<void> {
    await this.#refresh({ kind: 'start', reason, change: null });
    const { source, signal } = this.#options;
    this.#watching = source.watch(
      {
        changed: (change) => void this.#refresh({ kind: change.kind, reason: change.reason, change }),
        lost: (why) => this.#lost(why),
        back: () => void this.#refresh({ kind: 'git', reason: 'the source is back', change: null }),
      },
      signal,
    );
  }

  /** Resolves once nothing of it is under way any more; the signal was aborted before. */
  async ended(): Promise<void> {
    this.#retry?.[Symbol.dispose]();
    await this.#watching;
    await this.#turn;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#hub[Symbol.asyncDispose]();
  }

  #refresh(cause: Cause): Promise<void> {
    this.#hub.invalidate();
    this.#turn = this.#turn.then(() => this.#meetNow(cause));
    return this.#turn;
  }

  async #meetNow(cause: Cause): Promise<void> {
    const { signal } = this.#options;
    if (signal.aborted) return;
    try {
      await using held = await this.#hub.acquire();
      await this.#meet(held.declaration, cause);
      this.#found();
      await this.#options.read?.(held.declaration);
    } catch (error) {
      if (!signal.aborted) this.#failed(error, cause);
    }
  }

  async #meet(declaration: Declaration, { kind, reason, change }: Cause): Promise<void> {
    const names = new Set(await declaration.names(this.#options.signal));
    const recorded = kind === 'start' ? await recordedNames(declaration.workspace.state) : [];
    const known = recorded.filter((name) => this.#hub.source.serves?.(name) ?? true);
    for (const name of new Set([...names, ...known, ...this.#loops.keys()])) {
      const before = this.#loops.get(name);
      const loop = before ?? (await this.#options.add(name, this.#hub, declaration));
      this.#loops.set(name, loop);
      const isDeclared = names.has(name);
      const hasMoved = loop.declaredIs(isDeclared);
      const isMeant = before === undefined || hasMoved || (isDeclared && loop.isConcernedBy(change));
      if (isMeant) loop.trigger({ kind, reason, addresses: null, isWord: kind === 'git' || kind === 'files' });
    }
  }

  /** What failed before, or was asked for meanwhile, is asked for again; whoever it concerns is not known any more. */
  #failed(error: unknown, { kind, reason }: Cause): void {
    const { clock } = this.#options;
    this.#failures += 1;
    this.#lost(failureOf(error).message);
    this.#retry?.[Symbol.dispose]();
    this.#retry = clock.after(pauseAfter(this.#failures, clock.random()), () => {
      void this.#refresh({ kind, reason, change: null });
    });
  }

  #found(): void {
    this.#failures = 0;
    this.#retry?.[Symbol.dispose]();
    this.#retry = null;
    if (!this.#hub.isLost) return;
    this.#hub.isLost = false;
    for (const loop of this.#loops.values()) loop.sourceIs(null);
    this.#tellAll({ type: 'source_back', what: this.#options.source.where, why: 'it was read whole' });
  }

  #lost(why: string): void {
    if (this.#hub.isLost) return;
    this.#hub.isLost = true;
    for (const loop of this.#loops.values()) loop.sourceIs(why);
    this.#tellAll({ type: 'source_lost', what: this.#options.source.where, why });
  }

  #tellAll(detail: ServeEventDetail): void {
    const { tell, source } = this.#options;
    const ids = [...this.#loops.values()].map(({ id }) => id);
    for (const id of ids.length === 0 ? [source.name] : ids) tell(id, detail);
  }
}

/** Environments of which something is there, as far as anybody knows. */
async function recordedNames(state: StateFolder): Promise<readonly string[]> {
  const names: string[] = [];
  for (const name of await recordedEnvironments(state)) {
    const { recorded } = await readRecorded(state, name);
    if (Object.keys(recorded.resources).length > 0) names.push(name);
  }
  return names;
}
