/**
 * The executor. It takes no decisions: it starts every step whose dependencies are done, reads each dependency's outcome
 * and not merely its end, and never starts a dependent of a failed step.
 *
 * Concurrency: one turn of the event loop at a time moves the bookkeeping; only `perform` waits. A step is in exactly
 * one of: waiting, ready, running, ended. An abort ends what has not begun as cancelled, and waits for what has.
 */
import type { Address } from '../../model/address.ts';
import type { Failure } from '../../model/failure.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Step } from '../../model/plan.ts';
import type { GateEvidence, StepResult, StepStatus } from '../../model/run.ts';
import { type Limits, ReadySteps } from './ready-steps.ts';

export interface Performed {
  readonly outcome: JsonObject;
  readonly gate: GateEvidence | null;
}

export interface ExecuteOptions {
  /** Carries out one step or opens one gate; a throw is the step's failure. */
  perform(step: Step, signal: AbortSignal): Promise<Performed>;
  /** What the result of a step says of a throw. */
  failureOf(error: unknown): Failure;
  /** Why a gate failed, for the result of its step. */
  evidenceOf(step: Step, error: unknown): Promise<GateEvidence | null>;
  /** Whether the failure of a step lets other changes begin. Those that have begun are carried to their end in any case. */
  goesOnAfter(step: Step): boolean;
  readonly limits: Limits;
  readonly signal: AbortSignal;
  /**
   * Aborts for who is to leave soon and in order: no change begins any more, nobody waits at a gate, and what has begun is
   * carried on up to its gate. Absent where that is never asked.
   */
  readonly leave?: AbortSignal;
  /** Milliseconds since the epoch. */
  now(): number;
  /** No further change begins: told once, with the step whose failure it is. */
  onStopped?(step: Step): void;
  onStart(step: Step): void;
  onEnd(step: Step, result: StepResult): void;
}

/** One result per step, in the order of the plan. Never rejects. */
export function executeSteps(steps: readonly Step[], options: ExecuteOptions): Promise<readonly StepResult[]> {
  return new Execution(steps, options).run();
}

class Execution {
  readonly #steps: readonly Step[];
  readonly #options: ExecuteOptions;
  readonly #ready: ReadySteps;
  readonly #byId: ReadonlyMap<string, Step>;
  readonly #dependents = new Map<string, string[]>();
  readonly #open = new Map<string, number>();
  readonly #results = new Map<string, StepResult>();
  readonly #finished = Promise.withResolvers<void>();
  /** Resources whose changes have begun to touch what is there: nothing is left half-way for the failure of another. */
  readonly #begun = new Set<Address>();
  #running = 0;
  /** The first failure after which no further change may begin. */
  #stoppedBy: string | null = null;

  constructor(steps: readonly Step[], options: ExecuteOptions) {
    this.#steps = steps;
    this.#options = options;
    this.#ready = new ReadySteps(options.limits);
    this.#byId = new Map(steps.map((step) => [step.id, step]));
    for (const step of steps) {
      this.#open.set(step.id, step.depends_on.length);
      for (const dependency of step.depends_on) {
        const known = this.#dependents.get(dependency.step);
        if (known === undefined) this.#dependents.set(dependency.step, [step.id]);
        else known.push(step.id);
      }
    }
  }

  async run(): Promise<readonly StepResult[]> {
    const onAbort = (): void => this.#advance();
    const { signal, leave } = this.#options;
    signal.addEventListener('abort', onAbort, { once: true });
    leave?.addEventListener('abort', onAbort, { once: true });
    for (const step of this.#steps) if (step.depends_on.length === 0) this.#ready.push(step);
    this.#advance();
    await this.#finished.promise;
    signal.removeEventListener('abort', onAbort);
    leave?.removeEventListener('abort', onAbort);
    return this.#steps.flatMap((step) => this.#results.get(step.id) ?? []);
  }

  /** Starts what may start; ends the execution once nothing runs and nothing can. */
  #advance(): void {
    for (let step = this.#ready.next(); step !== null; step = this.#ready.next()) {
      const verdict = this.#verdict(step);
      if (verdict === null) {
        this.#start(step);
      } else {
        this.#ready.release(step);
        this.#end(step, verdict);
      }
    }
    if (this.#running === 0 && this.#results.size === this.#steps.length) this.#finished.resolve();
  }

  /** How a ready step ends without being started, or `null` when it is to run. */
  #verdict(step: Step): StepResult | null {
    const broken = step.depends_on.find(
      ({ step: needed, when }) => when === 'done' && this.#results.get(needed)?.status !== 'done',
    );
    if (broken !== undefined) {
      const cause = this.#results.get(broken.step);
      if (cause?.status === 'cancelled') return unstarted(step, 'cancelled', cause.skipped_because ?? broken.step);
      if (cause?.status === 'not_needed') return unstarted(step, 'not_needed', null);
      return unstarted(step, 'skipped', cause?.skipped_because ?? broken.step);
    }
    if (!this.#isNeeded(step)) return unstarted(step, 'not_needed', null);
    if (this.#options.signal.aborted || this.#isLeft(step)) return unstarted(step, 'cancelled', null);
    const mayGoOn = step.phase === 'gate' || step.phase === 'recover' || this.#begun.has(step.changed);
    if (this.#stoppedBy !== null && !mayGoOn) return unstarted(step, 'skipped', this.#stoppedBy);
    return null;
  }

  #isLeft({ phase, changed }: Step): boolean {
    if (this.#options.leave?.aborted !== true) return false;
    return phase === 'gate' || phase === 'recover' || !this.#begun.has(changed);
  }

  /** What is there for the case that something fails runs only where something began, and did not get done. */
  #isNeeded({ address, changed, depends_on: dependsOn }: Step): boolean {
    const watched = dependsOn.filter(({ when }) => when === 'failed').map(({ step }) => this.#results.get(step));
    if (watched.length === 0) return true;
    // Also what its change did to a neighbour, and the change of a neighbour to it: a network that was to be made anew has
    // let go of its services first, and they have joined the new one as they are declared now.
    const isOwn = (result: StepResult): boolean =>
      result.address === address || this.#byId.get(result.id)?.changed === changed;
    const began = watched.some((result) => result !== undefined && isOwn(result) && result.started_at !== null);
    return began && watched.some((result) => result?.status !== 'done' && result?.status !== 'not_needed');
  }

  #start(step: Step): void {
    this.#running += 1;
    if (step.phase !== 'prepare' && step.phase !== 'gate') this.#begun.add(step.changed);
    void this.#perform(step).then((result) => {
      this.#running -= 1;
      this.#ready.release(step);
      this.#end(step, result);
      this.#advance();
    });
  }

  async #perform(step: Step): Promise<StepResult> {
    const startedAt = this.#options.now();
    const signal = this.#signalOf(step);
    const ended = (status: StepStatus, error: Failure | null, performed: Performed): StepResult => ({
      ...unstarted(step, status, null),
      started_at: new Date(startedAt).toISOString(),
      duration_ms: Math.round(this.#options.now() - startedAt),
      error,
      ...performed,
    });
    try {
      this.#options.onStart(step);
      return ended('done', null, await this.#options.perform(step, signal));
    } catch (error) {
      const isCancelled = signal.aborted && isAbort(error, signal);
      const evidence = { outcome: {}, gate: await this.#options.evidenceOf(step, error) };
      return isCancelled
        ? ended('cancelled', null, evidence)
        : ended('failed', this.#options.failureOf(error), evidence);
    }
  }

  #signalOf({ phase }: Step): AbortSignal {
    const { signal, leave } = this.#options;
    return phase === 'gate' && leave !== undefined ? AbortSignal.any([signal, leave]) : signal;
  }

  /** Whether all that waits for this failure, beyond the steps of its own resource, waits for any end of it. */
  #isLetPass({ id, address }: Step): boolean {
    const reached = new Set([id]);
    let passes = false;
    for (const ended of reached) {
      for (const dependent of this.#dependents.get(ended) ?? []) {
        const waiting = this.#byId.get(dependent);
        if (waiting?.depends_on.some(({ step, when }) => step === ended && when === 'failed') === true) continue;
        if (waiting?.depends_on.some(({ step, when }) => step === ended && when === 'ended') === true) passes = true;
        else if (waiting?.address === address) reached.add(dependent);
        else return false;
      }
    }
    return passes;
  }

  #end(step: Step, result: StepResult): void {
    this.#results.set(step.id, result);
    if (result.status === 'failed' && !this.#options.goesOnAfter(step) && !this.#isLetPass(step)) {
      if (this.#stoppedBy === null) this.#options.onStopped?.(step);
      this.#stoppedBy ??= step.id;
    }
    for (const id of this.#dependents.get(step.id) ?? []) {
      const left = (this.#open.get(id) ?? 0) - 1;
      this.#open.set(id, left);
      const dependent = this.#byId.get(id);
      if (left === 0 && dependent !== undefined) this.#ready.push(dependent);
    }
    this.#options.onEnd(step, result);
  }
}

/** The result of a step that never began. */
export function unstarted(step: Step, status: StepStatus, because: string | null): StepResult {
  return {
    id: step.id,
    address: step.address,
    engine: step.engine,
    name: step.name,
    phase: step.phase,
    verb: step.verb,
    status,
    started_at: null,
    duration_ms: 0,
    error: null,
    skipped_because: because,
    gate: null,
    outcome: {},
  };
}

/** A step that ends in the abort itself was cancelled; one that fails in another way while aborting has failed. */
function isAbort(error: unknown, signal: AbortSignal): boolean {
  if (error === signal.reason) return true;
  return (
    error instanceof Error &&
    (error.name === 'AbortError' || (error.cause !== undefined && isAbort(error.cause, signal)))
  );
}
