/**
 * The life of one environment in the long-lived side: what triggers a pass, what a pass is to carry out, what follows from
 * how it ended. The queue sees to it that one pass is under way at a time; looks between passes are the watcher's.
 *
 * A newer word (a commit, a save, a person) lets a pass that is under way begin nothing more and wait nowhere; what it has
 * begun ends. Nothing is ever removed because a source could not be read, or because manifests vanished.
 */
import type { LogLine, LogOptions } from '../../drivers/log-line.ts';
import type { LookAt } from '../../flow/observe.ts';
import { planFlow } from '../../flow/planning.ts';
import type { Address } from '../../model/address.ts';
import { TrueupError } from '../../model/failure.ts';
import type { Plan } from '../../model/plan.ts';
import type { Freeze, Trigger } from '../../model/served.ts';
import type { EnvironmentStatus } from '../../report/status.ts';
import type { Good } from './declared-now.ts';
import type { LoopContext } from './loop-context.ts';
import { LoopFreezes } from './loop-freezes.ts';
import { LoopPass } from './loop-pass.ts';
import { LoopTimers } from './loop-timers.ts';
import { Looks } from './looks.ts';
import { DECLARED_AGAIN, orphanedWords } from '../standing/orphan-words.ts';
import { defectOf } from './pass-verdict.ts';
import type { Place, Wanted } from './pass-queue.ts';
import { PassWaiters } from './pass-waiters.ts';
import { passOptions } from './pass.ts';
import type { Pass, ServedEnvironment } from '../served.ts';
import type { SourceChange } from '../sources/source.ts';
import { Watcher } from './watcher.ts';

export class EnvironmentLoop implements ServedEnvironment, AsyncDisposable {
  readonly id: string;
  readonly name: string;
  readonly source: string;
  readonly root: string;
  readonly #context: LoopContext;
  readonly #watcher: Watcher;
  readonly #pass: LoopPass;
  readonly #freezes: LoopFreezes;
  readonly #timers: LoopTimers;
  readonly #closed = new AbortController();
  readonly #waiters = new PassWaiters();
  #leave: AbortController | null = null;
  #isDue = false;
  /** Whether the pass that is under way makes room for one that goes on with the same. */
  #isInterrupted = false;

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
      busyWith: () => (this.#leave === null ? null : (this.#pass.underWay ?? 'pass')),
      isDue: (planned, { workspace }) => looks.isDue(planned, workspace),
      fallenBeside: (planned, run) => looks.fallenBeside(planned, run),
      isOthersRun: () => looks.isOthersRun,
      trigger: (trigger) => this.trigger(trigger),
      interrupt: (trigger) => this.#interrupt(trigger),
    });
    this.#freezes = new LoopFreezes({
      context,
      good: () => this.#good(),
      request: (reason, addresses) => this.trigger({ kind: 'request', reason, addresses, isWord: false }),
    });
    this.#timers = new LoopTimers({
      clock: context.clock,
      fullEveryMs: context.settings.fullEveryMs,
      forget: () => this.#watcher.sight.forget(),
      trigger: (trigger) => this.trigger(trigger),
      look: (reason) => this.#watcher.look(reason),
    });
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
    const read = this.#pass.readFrom;
    return change?.concerns === undefined || read === null || change.concerns(read.files, read.folder, read);
  }

  /** Whether what is declared is something else since a change; of what could not be read, nobody knows. */
  isOtherThan(change: SourceChange | null): boolean {
    const read = this.#pass.readFrom;
    return change?.isWord === undefined || read === null || change.isWord(read);
  }

  /** One pass; the queue calls it. Never rejects. */
  async run(wanted: Wanted, place: Place): Promise<void> {
    this.#isDue = false;
    this.#timers.passBegins();
    const leave = new AbortController();
    this.#leave = leave;
    this.#isInterrupted = false;
    const waiting = this.#waiters.take();
    try {
      const { pass, followUp } = await this.#pass.run({
        wanted,
        sight: this.#watcher.sight,
        leave: leave.signal,
        place,
        onWaits: () => this.#watcher.passWaits(),
      });
      if (pass.outcome === 'cancelled' && this.#isInterrupted) waiting.waitOn();
      else waiting.ended(pass);
      this.#leave = null;
      this.#timers.follow(followUp, this.#pass.dampedMs);
    } catch (error) {
      this.#leave = null;
      waiting.failed(error);
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
    const ended = this.#waiters.wait(signal);
    this.trigger(trigger);
    return ended;
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
    this.#timers[Symbol.dispose]();
    this.#context.freezes[Symbol.dispose]();
    const gone = new TrueupError('interrupted', `${this.id} is served no more`);
    this.#waiters.take().failed(gone);
    await this.#watcher[Symbol.asyncDispose]();
    await this.#context.prober[Symbol.asyncDispose]();
    await this.#context.memory[Symbol.asyncDispose]();
  }

  /** Lets what waits wait on behind this: who waits for the pass waits for the next one. */
  #interrupt(trigger: Trigger): void {
    this.trigger(trigger);
    this.#isInterrupted = true;
    this.letGo(`${trigger.reason} came first`);
  }

  async #good(): Promise<Good> {
    if (this.#pass.good !== null) return this.#pass.good;
    await using held = await this.#context.hub.acquire();
    const { declaration, generation } = held;
    const { environment } = await declaration.load(this.name, this.#closed.signal);
    return { workspace: declaration.workspace, environment, generation };
  }
}
