/**
 * Probes the services of one environment between its passes, where their engines have no verdict: each at the interval of
 * its health check, never two at once, and never one whose steps a run is at, for its gate probes it then. What they say
 * stands in `verdicts`, of what was seen running at the last look and of nothing else.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Planned } from '../../flow/planning.ts';
import { probedBefore } from '../../flow/probed-before.ts';
import type { Workspace } from '../../flow/workspace.ts';
import type { ProbedHealth } from '../../flow/status.ts';
import type { Address } from '../../model/address.ts';
import type { ProgressEvent } from '../../model/events.ts';
import { TrueupError } from '../../model/failure.ts';
import type { HealthCheckResult } from '../../model/health.ts';
import type { ProbeResult } from '../../model/run.ts';
import { untilCounted } from '../../reconcile/gates/health-check.ts';
import type { Slots } from '../../reconcile/gates/slots.ts';
import type { Clock } from '../clock.ts';
import { PASSED, type ProbeTally, talliedRound, UNPROBED } from './probe-tally.ts';
import { probeTargets, type ProbeTarget } from './probe-targets.ts';
import { RunWatch } from './run-watch.ts';

/** Rounds of health checks of one environment; {@link import('./engine-probes.ts').EngineProbes} asks real services. */
export interface Probes extends AsyncDisposable {
  probe(target: ProbeTarget, signal: AbortSignal): Promise<readonly ProbeResult[]>;
}

export interface ProberOptions {
  readonly clock: Clock;
  /** Of the whole daemon. */
  readonly slots: Slots;
  readonly probes: Probes;
  /** What an earlier daemon's probes said last: it holds for what has run since, until the first probe of our own. */
  readonly remembered?: ReadonlyMap<Address, HealthCheckResult>;
  tell(event: ProgressEvent): void;
  /** A verdict has changed. */
  changed(): void;
  onProblem(problem: TrueupError): void;
}

/** What was just met is probed within this time, so that services that were met together are not probed together. */
const FIRST_WITHIN_MS = 10_000;
/** So soon what is busy is asked for again. */
const BUSY_MS = 1000;

interface Watch {
  target: ProbeTarget;
  tally: ProbeTally;
  timer: Disposable | null;
  round: AbortController | null;
}

export class Prober implements AsyncDisposable {
  readonly verdicts: Map<Address, ProbedHealth> = new Map();
  readonly #options: ProberOptions;
  readonly #watches = new Map<Address, Watch>();
  readonly #underWay = new Set<Promise<void>>();
  readonly #run = new RunWatch();
  readonly #remembered: Map<Address, HealthCheckResult>;
  #isClosed = false;

  constructor(options: ProberOptions) {
    this.#options = options;
    this.#remembered = new Map(options.remembered);
  }

  /** After each look: what it saw is what is probed from now on. */
  seen(planned: Planned, workspace: Workspace): void {
    if (this.#isClosed) return;
    const targets = new Map(probeTargets(planned, workspace).map((target) => [target.address, target]));
    for (const [address, watch] of this.#watches) if (!targets.has(address)) this.#drop(watch);
    for (const target of targets.values()) this.#meet(target);
  }

  /** What the run of a pass tells. */
  heard(event: ProgressEvent): void {
    this.#run.heard(event);
    if (event.type !== 'run_started') return;
    for (const watch of this.#watches.values()) {
      if (this.#run.isAt(watch.target.address)) this.#arm(watch, this.#busyMs(watch));
    }
  }

  /** However it ended. */
  passEnded(): void {
    this.#run.ended();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    for (const watch of this.#watches.values()) this.#drop(watch);
    await Promise.all(this.#underWay);
    await this.#options.probes[Symbol.asyncDispose]();
  }

  #meet(target: ProbeTarget): void {
    const { address, check } = target;
    const known = this.#watches.get(address);
    const hasPassed = this.#run.hasPassed(address);
    const isSame = known !== undefined && isSameStart(known.target, target);
    if (known !== undefined && isSame) {
      known.target = target;
      if (hasPassed) this.#passed(known);
      return;
    }
    if (known !== undefined) this.#drop(known);
    const watch: Watch = { target, tally: UNPROBED, timer: null, round: null };
    this.#watches.set(address, watch);
    this.#remember(watch);
    if (hasPassed) this.#passed(watch);
    else this.#arm(watch, this.#options.clock.random() * Math.min(check.intervalMs, FIRST_WITHIN_MS));
  }

  /** Once for each service: later starts begin with nothing. */
  #remember(watch: Watch): void {
    const { address, since, check } = watch.target;
    const result = this.#remembered.get(address);
    this.#remembered.delete(address);
    const probed = result === undefined ? null : probedBefore(result, { since, now: this.#options.clock.wall() });
    if (probed === null) return;
    const { health, reason } = probed;
    watch.tally = health === 'healthy' ? PASSED : { health, reason, failures: check.retries, hasPassed: false };
    this.verdicts.set(address, probed);
  }

  /** Its gate has just said so. */
  #passed(watch: Watch): void {
    watch.tally = PASSED;
    this.verdicts.set(watch.target.address, { health: 'healthy', reason: null });
    this.#arm(watch, watch.target.check.intervalMs);
  }

  /** What is under way of it is given up. */
  #arm(watch: Watch, milliseconds: number): void {
    this.#stop(watch);
    watch.timer = this.#options.clock.after(milliseconds, () => {
      watch.timer = null;
      if (this.#run.isAt(watch.target.address)) this.#arm(watch, this.#busyMs(watch));
      else this.#begin(watch);
    });
  }

  #stop(watch: Watch): void {
    watch.timer?.[Symbol.dispose]();
    watch.timer = null;
    watch.round?.abort();
    watch.round = null;
  }

  #drop(watch: Watch): void {
    this.#stop(watch);
    const { address } = watch.target;
    this.#watches.delete(address);
    this.verdicts.delete(address);
  }

  #busyMs({ target: { check } }: Watch): number {
    return Math.min(check.intervalMs, BUSY_MS);
  }

  #begin(watch: Watch): void {
    const round = new AbortController();
    watch.round = round;
    const underWay = this.#probe(watch, round.signal).finally(() => this.#underWay.delete(underWay));
    this.#underWay.add(underWay);
  }

  /** Never rejects. */
  async #probe(watch: Watch, signal: AbortSignal): Promise<void> {
    const { clock, slots, probes, onProblem } = this.#options;
    const { target } = watch;
    let started = clock.now();
    try {
      const probe = (): Promise<readonly ProbeResult[]> => {
        started = clock.now();
        return probes.probe(target, signal);
      };
      const results = await slots.use(probe, signal);
      if (!signal.aborted) this.#took(watch, results);
    } catch (error) {
      // An engine that cannot be reached is what looks are for.
      if (!signal.aborted && !(error instanceof TrueupError)) onProblem(defect(target.address, error));
    }
    if (signal.aborted) return;
    // Ended as it should: to abort what nobody listens to any more costs as much as the rest of a probe.
    watch.round = null;
    const { intervalMs } = watch.target.check;
    // What takes as long as its interval leaves the service some peace all the same.
    this.#arm(watch, Math.max(intervalMs - (clock.now() - started), intervalMs / 10));
  }

  #took(watch: Watch, results: readonly ProbeResult[]): void {
    const { clock, tell, changed } = this.#options;
    const { address, check, since } = watch.target;
    const before = watch.tally;
    const isStarting = since !== null && clock.wall() - since < untilCounted(check);
    const now = talliedRound(before, results, { retries: check.retries, isStarting });
    watch.tally = now;
    if (now.health !== null) this.verdicts.set(address, { health: now.health, reason: now.reason });
    for (const probe of results) tell({ type: 'probe', address, probe, health: now.health ?? 'starting' });
    if (now.health !== before.health) changed();
  }
}

function isSameStart(known: ProbeTarget, next: ProbeTarget): boolean {
  if (known.incarnation !== next.incarnation || known.resource.name !== next.resource.name) return false;
  return isDeepStrictEqual(known.check, next.check) && isDeepStrictEqual(known.engine, next.engine);
}

function defect(address: Address, cause: unknown): TrueupError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new TrueupError('internal', `probing ${address} failed: ${message}`, { cause });
}
