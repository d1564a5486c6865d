/**
 * Follows one source: which environments it declares, and whom a change of it concerns. Where it cannot be read whole
 * nothing is concluded, least of all that environments are gone; it is tried again, and each cause is said once. What ran
 * before is known though nothing could be read yet, and nothing is done about it.
 *
 * An environment that is not declared any more stays: it is reported as orphaned, and nothing of it is touched.
 */
import type { ServeEventDetail } from '../../model/serve-event.ts';
import type { TriggerKind } from '../../model/served.ts';
import type { StateFolder } from '../../state/folder.ts';
import { readRecorded, recordedEnvironments } from '../../state/recorded.ts';
import { pauseAfter } from '../backoff.ts';
import type { Clock } from '../clock.ts';
import type { EnvironmentLoop } from './environment-loop.ts';
import { SourceHub } from '../sources/source-hub.ts';
import { type SourceTrouble, sourceTrouble, troubleWords } from '../sources/source-trouble.ts';
import type { Declaration, RememberedPlace, Source, SourceChange } from '../sources/source.ts';

export interface SourceFollowerOptions {
  readonly source: Source;
  readonly clock: Clock;
  /** Begins to serve an environment; `place` is of one of which nothing could be read yet. */
  add(name: string, hub: SourceHub, place: Declaration | RememberedPlace): Promise<EnvironmentLoop>;
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
  /** What was said last of why it cannot be read. */
  #said: SourceTrouble | null = null;

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
        lost: (trouble) => this.#lost(trouble),
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
      if (signal.aborted) return;
      if (cause.kind === 'start') await this.#meetRemembered();
      this.#failed(error, cause);
    }
  }

  /** What runs is named as long as nobody knows what is declared: to whoever watches, it must not look as if it were gone. */
  async #meetRemembered(): Promise<void> {
    const { source, add } = this.#options;
    try {
      const place = await source.remembered?.();
      if (place === undefined) return;
      for (const name of await this.#recordedNames(place.state)) {
        if (!this.#loops.has(name)) this.#loops.set(name, await add(name, this.#hub, place));
      }
    } catch {
      // Why the source cannot be read is told, and is what matters.
    }
  }

  async #meet(declaration: Declaration, { kind, reason, change }: Cause): Promise<void> {
    const names = new Set(await declaration.names(this.#options.signal));
    const known = kind === 'start' ? await this.#recordedNames(declaration.workspace.state) : [];
    for (const name of new Set([...names, ...known, ...this.#loops.keys()])) {
      const before = this.#loops.get(name);
      const loop = before ?? (await this.#options.add(name, this.#hub, declaration));
      this.#loops.set(name, loop);
      const isDeclared = names.has(name);
      const hasMoved = loop.declaredIs(isDeclared);
      const isMeant = before === undefined || hasMoved || (isDeclared && loop.isConcernedBy(change));
      const isWord = (kind === 'git' || kind === 'files') && loop.isOtherThan(change);
      if (isMeant) loop.trigger({ kind, reason, addresses: null, isWord });
    }
  }

  /** What failed before, or was asked for meanwhile, is asked for again; whoever it concerns is not known any more. */
  #failed(error: unknown, { kind, reason }: Cause): void {
    const { clock } = this.#options;
    this.#failures += 1;
    this.#lost(sourceTrouble(error));
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
    this.#said = null;
    for (const loop of this.#loops.values()) loop.sourceIs(null);
    this.#tellAll({ type: 'source_back', what: this.#options.source.where, why: 'it was read whole' });
  }

  #lost(trouble: SourceTrouble): void {
    if (this.#said?.cause === trouble.cause) return;
    this.#hub.isLost = true;
    this.#said = trouble;
    for (const loop of this.#loops.values()) loop.sourceIs(troubleWords(trouble));
    this.#tellAll({ type: 'source_lost', what: this.#options.source.where, ...trouble });
  }

  /** Environments of which something is there, as far as anybody knows. */
  async #recordedNames(state: StateFolder): Promise<readonly string[]> {
    const { source } = this.#options;
    const names: string[] = [];
    for (const name of await recordedEnvironments(state)) {
      if (source.serves?.(name) === false) continue;
      const { recorded } = await readRecorded(state, name);
      if (Object.keys(recorded.resources).length > 0) names.push(name);
    }
    return names;
  }

  #tellAll(detail: ServeEventDetail): void {
    const { tell, source } = this.#options;
    const ids = [...this.#loops.values()].map(({ id }) => id);
    for (const id of ids.length === 0 ? [source.name] : ids) tell(id, detail);
  }
}
