/**
 * The life of one environment in the long-lived side: what triggers a pass, what a pass is to carry out, what follows from
 * how it ended. The queue sees to it that one pass is under way at a time; looks between passes are the watcher's.
 *
 * A newer word (a commit, a save, a person) lets a pass that is under way begin nothing more and wait nowhere; what it has
 * begun ends. Nothing is ever removed because a source could not be read, or because manifests vanished.
 */
import type { LogLine, LogOptions } from '../drivers/log-line.ts';
import type { LookAt } from '../flow/observe.ts';
import { planFlow } from '../flow/planning.ts';
import type { Address } from '../model/address.ts';
import { TrueupError } from '../model/failure.ts';
import type { Plan } from '../model/plan.ts';
import type { Freeze, Trigger } from '../model/served.ts';
import type { EnvironmentStatus } from '../report/status.ts';
import type { Good } from './declared-now.ts';
import type { FollowUp } from './follow-up.ts';
import type { LoopContext } from './loop-context.ts';
import { LoopFreezes } from './loop-freezes.ts';
import { LoopPass } from './loop-pass.ts';
import { Looks } from './looks.ts';
import { DECLARED_AGAIN, orphanedWords } from './orphan-words.ts';
import { defectOf } from './pass-verdict.ts';
import type { Place, Wanted } from './pass-queue.ts';
import { passOptions } from './pass.ts';
import type { Pass, ServedEnvironment } from './served.ts';
import type { SourceChange } from './source.ts';
import { Watcher } from './watcher.ts';

interface Waiter {
  readonly resolve: (pass: Pass) => void;
  readonly reject: (error: unknown) => void;
}

export class EnvironmentLoop implements ServedEnvironment, AsyncDisposable {
  readonly id: string;
  readonly name: string;
  readonly source: string;
  readonly root: string;
  readonly #context: LoopContext;
  readonly #watcher: Watcher;
  readonly #pass: LoopPass;
  readonly #freezes: LoopFreezes;
  readonly #closed = new AbortController();
  /** Those who wait for the next pass to begin, and to end. */
  #waiters: Waiter[] = [];
  #leave: AbortController | null = null;
  #retry: Disposable | null = null;
  #full: Disposable | null = null;
  #isDue = false;

  constructor(context: LoopContext) {
    const { info, root } = context;
    ({ id: this.id, name: this.name, source: this.source } = info);
    this.root = root;
    this.#context = context;
    const signal = AbortSignal.any([context.signal, this.#closed.signal]);
    const looks = new Looks(context);
    this.#pass = new LoopPass(context, looks, signal);
    this.#watcher = new Watcher({
      context,
      signal,
      good: () => this.#pass.good,
      isBusy: () => this.#leave !== null,
      isDue: (planned, { workspace }) => looks.isDue(planned, workspace),
      trigger: (trigger) => this.trigger(trigger),
    });
    this.#freezes = new LoopFreezes({
      context,
      good: () => this.#good(),
      request: (reason, addresses) => this.trigger({ kind: 'request', reason, addresses, isWord: false }),
    });
    this.#scheduleFull();
  }

  get isPaused(): boolean {
    return this.#context.queue.isPaused(this.id);
  }

  get isSourceLost(): boolean {
    return this.#context.hub.isLost;
  }

  get look(): LookAt {
    return this.#watcher.sight.lookAgain;
  }

  /** Asks for a pass. */
  trigger(trigger: Trigger): void {
    if (this.#closed.signal.aborted) return;
    const { queue, info, tell } = this.#context;
    const { kind, reason } = trigger;
    if (kind !== 'event' || !this.#isDue) tell({ type: 'triggered', kind, reason });
    this.#isDue = true;
    if (trigger.isWord && (kind === 'git' || kind === 'files')) this.letGo(`${reason} came first`);
    queue.add(this.id, info.source, trigger);
  }

  /** Whether manifests declare it. Whether that was otherwise before. */
  declaredIs(isDeclared: boolean): boolean {
    const { standing, tell } = this.#context;
    const hasMoved = standing.isOrphaned === isDeclared;
    standing.orphanedIs(!isDeclared);
    if (hasMoved) tell(isDeclared ? DECLARED_AGAIN : { type: 'orphaned', why: orphanedWords(this.name) });
    return hasMoved;
  }

  /** Why what is declared cannot be read any more; `null` once it can. */
  sourceIs(lost: string | null): void {
    this.#context.standing.sourceIs(lost);
  }

  /** Whether what changed may mean something else is declared; of what could not be read, nobody knows. */
  isConcernedBy(change: SourceChange | null): boolean {
    const files = this.#pass.readFrom;
    return change?.concerns === undefined || files === null || change.concerns(files.files, files.folder);
  }

  /** One pass; the queue calls it. Never rejects. */
  async run(wanted: Wanted, place: Place): Promise<void> {
    this.#isDue = false;
    this.#retry?.[Symbol.dispose]();
    this.#retry = null;
    const leave = new AbortController();
    this.#leave = leave;
    const waiters = this.#waiters;
    this.#waiters = [];
    try {
      const { pass, followUp } = await this.#pass.run(wanted, this.#watcher.sight, leave.signal, place);
      for (const { resolve } of waiters) resolve(pass);
      this.#leave = null;
      this.#follow(followUp);
    } catch (error) {
      this.#leave = null;
      for (const { reject } of waiters) reject(error);
      if (this.#closed.signal.aborted || this.#context.signal.aborted) return;
      this.#context.onProblem(defectOf(error));
    }
    this.#context.prober.passEnded();
    this.#watcher.passEnded();
  }

  status(): EnvironmentStatus | null {
    return this.#context.standing.status();
  }

  async plan(signal: AbortSignal): Promise<Plan> {
    const { hub, clock } = this.#context;
    const either = AbortSignal.any([signal, this.#closed.signal]);
    await using held = await hub.acquire();
    const { declaration } = held;
    const { environment } = await declaration.load(this.name, either);
    await using planned = await planFlow(declaration.workspace, environment, passOptions(clock.wall()), either);
    return planned.plan;
  }

  reconcile(trigger: Trigger, signal: AbortSignal): Promise<Pass> {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<Pass>();
    const waiter: Waiter = { resolve, reject };
    const onAbort = (): void => {
      this.#waiters = this.#waiters.filter((other) => other !== waiter);
      reject(signal.reason instanceof Error ? signal.reason : new TrueupError('interrupted', 'nobody waits any more'));
    };
    signal.addEventListener('abort', onAbort, { once: true });
    this.#waiters.push(waiter);
    this.trigger(trigger);
    return promise.finally(() => signal.removeEventListener('abort', onAbort));
  }

  freeze(wanted: Freeze): Promise<void> {
    return this.#freezes.begin(wanted);
  }

  endFreeze(address: Address): Promise<boolean> {
    return this.#freezes.end(address);
  }

  /** Somebody wrote where freezes are kept; before the first pass, which reads them, nothing follows from that. */
  async freezesMoved(): Promise<void> {
    if (this.#pass.good !== null && !this.#closed.signal.aborted) await this.#freezes.moved(this.#pass.good);
  }

  freezes(): readonly Freeze[] {
    return this.#freezes.all;
  }

  pause(): void {
    const { queue, info, standing } = this.#context;
    queue.pause(this.id, info.source);
    standing.pausedIs(true);
  }

  resume(): void {
    const { queue, info, standing } = this.#context;
    queue.resume(this.id, info.source);
    standing.pausedIs(false);
  }

  async *logs(address: Address, options: LogOptions, signal: AbortSignal): AsyncIterable<LogLine> {
    const { environment, workspace } = await this.#good();
    const resource = environment.resources.get(address);
    const engine = resource === undefined ? undefined : this.#watcher.sight.engines().get(resource.engine);
    if (resource === undefined || engine === undefined)
      throw new TrueupError('address_not_found', `nothing in ${this.name} is called "${address}"`);
    const either = AbortSignal.any([signal, this.#closed.signal]);
    const lines = engine.observer.logs({ type: resource.type, name: resource.name }, options, either);
    for await (const entry of lines) yield { ...entry, line: workspace.vault.mask(entry.line) };
  }

  /** Lets a pass that is under way begin nothing more and wait nowhere. */
  letGo(why = 'the daemon ends'): void {
    this.#leave?.abort(new TrueupError('interrupted', why));
  }

  /** The caller has seen to it that no pass is under way. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort();
    this.#context.queue.remove(this.id);
    this.#retry?.[Symbol.dispose]();
    this.#full?.[Symbol.dispose]();
    const gone = new TrueupError('interrupted', `${this.id} is served no more`);
    for (const { reject } of this.#waiters.splice(0)) reject(gone);
    await this.#watcher[Symbol.asyncDispose]();
    await this.#context.prober[Symbol.asyncDispose]();
    await this.#context.memory[Symbol.asyncDispose]();
  }

  #follow(next: FollowUp | null): void {
    const { clock } = this.#context;
    if (next === null || this.#closed.signal.aborted) return;
    if (next.waitMs <= 0) this.trigger(next.trigger);
    else this.#retry = clock.after(next.waitMs, () => this.trigger(next.trigger));
  }

  /** The safety net: now and then everything is read and looked at anew, whatever was heard. */
  #scheduleFull(): void {
    const { clock, settings } = this.#context;
    if (this.#closed.signal.aborted) return;
    const pause = settings.fullEveryMs * (0.9 + 0.2 * clock.random());
    this.#full = clock.after(pause, () => {
      this.#watcher.sight.forget();
      this.trigger({ kind: 'schedule', reason: 'full comparison', addresses: null, isWord: false });
      this.#scheduleFull();
    });
  }

  async #good(): Promise<Good> {
    if (this.#pass.good !== null) return this.#pass.good;
    await using held = await this.#context.hub.acquire();
    const { declaration, generation } = held;
    const { environment } = await declaration.load(this.name, this.#closed.signal);
    return { workspace: declaration.workspace, environment, generation };
  }
}
