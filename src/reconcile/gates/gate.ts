/**
 * One gate: waits until a resource has reached its condition. It probes at once and then at growing pauses, so that a
 * gate opens as soon as the resource works. Such early probes can only open a gate, they never count as retries; a gate
 * fails on exit, on the engine's `unhealthy` after start_period, on its own count of failed checks where the engine has
 * no verdict, at a rung that is not reached in its time, or at its timeout. After a test of its own that hangs it leaves the
 * testing to the engine.
 */
import type { FailureCode } from '../../model/codes.ts';
import { formatDuration } from '../../model/duration.ts';
import type { TrueupError } from '../../model/failure.ts';
import type { Health, ObservedObject } from '../../model/observed.ts';
import type { DependencyCondition } from '../../model/desired.ts';
import type { ProbeResult } from '../../model/run.ts';
import { type GateError, gateError } from './gate-error.ts';
import {
  DEFAULT_RETRIES,
  GATE_MARGIN_MS,
  gateTimeoutMs,
  type HealthCheck,
  RUNG_INTERVAL_MS,
  untilCounted,
} from './health-check.ts';
import { PatientLook } from './patient-look.ts';
import { isUnasked } from './probes.ts';

export interface GateWorld {
  /** Whether the resource is declared to run to its end; anything else that ends has failed its gate. */
  readonly endsByItself: boolean;
  /** The resource as it is now; `null` when it is gone. */
  look(signal: AbortSignal): Promise<ObservedObject | null>;
  /** The health check that it brings along, for what declares none; `null` where it has none. */
  ownCheck(object: ObservedObject): HealthCheck | null;
  /**
   * One round of a health check; never two at once for one resource, whoever asks. Rejects where the engine keeps it from
   * being made.
   */
  probe(object: ObservedObject, check: HealthCheck, signal: AbortSignal): Promise<readonly ProbeResult[]>;
  /** Whether a test of ours did not end in its time since the resource was started. */
  hasHung(object: ObservedObject): boolean;
  /** Resolves after the time, or as soon as the engine says that something happened to the resource. */
  pause(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** Milliseconds, monotonic. */
  now(): number;
  /** Milliseconds since it was started, by the clock on the wall; 0 where nobody knows. */
  ageOf(object: ObservedObject): number;
}

/** What an open gate rests on: its pass is void once the resource has another incarnation. */
export interface OpenGate {
  readonly incarnation: string | null;
  readonly probes: readonly ProbeResult[];
}

const FIRST_PAUSE_MS = 50;
const PAUSE_GROWTH = 1.5;
const KEPT_PROBES = 5;
/** How long to wait for an event before looking again, where nothing is probed. */
const LOOK_AGAIN_MS = 1000;

/** Resolves when the condition is reached; rejects with a {@link GateError}, or with the signal's reason. */
export async function waitForGate(
  condition: DependencyCondition,
  check: HealthCheck | null,
  world: GateWorld,
  signal: AbortSignal,
): Promise<OpenGate> {
  return new Gate(condition, check, world, signal).wait();
}

class Gate {
  readonly #condition: DependencyCondition;
  /** Declared, or else what the resource brings along. */
  #check: HealthCheck | null;
  readonly #world: GateWorld;
  readonly #looking: PatientLook;
  readonly #signal: AbortSignal;
  /** Later by the time in which its engine did not answer: a gate is no shorter for that. */
  #startedAt: number;
  readonly #probes: ProbeResult[] = [];
  /** What kept the last round from being made. */
  #unasked: TrueupError | null = null;
  #countedFailures = 0;
  /** How often it had been restarted when the gate first looked. */
  #firstRestarts: number | null = null;
  #lastCountedAt: number;
  /** When its rungs were first seen to be reached; `null` where they were not, or there are none. */
  #readyAt: number | null = null;
  /** Why it was not up when it was last seen so: what is up again has forgotten. */
  #lastReason: string | null = null;

  constructor(condition: DependencyCondition, check: HealthCheck | null, world: GateWorld, signal: AbortSignal) {
    this.#condition = condition;
    this.#check = check;
    this.#world = world;
    this.#looking = new PatientLook(world);
    this.#signal = signal;
    this.#startedAt = world.now();
    this.#lastCountedAt = this.#startedAt;
  }

  async wait(): Promise<OpenGate> {
    let pause = FIRST_PAUSE_MS;
    for (;;) {
      this.#signal.throwIfAborted();
      const began = this.#world.now();
      const object = await this.#looking.now(this.#signal);
      if (object !== undefined) {
        if (await this.#isOpen(object))
          return { incarnation: object?.status.incarnation ?? null, probes: this.#probes };
        this.#failIfOverdue(object);
      }
      await this.#world.pause(Math.min(pause, this.#longestPause()), this.#signal);
      if (object === undefined) this.#startedAt += this.#world.now() - began;
      pause *= PAUSE_GROWTH;
    }
  }

  async #isOpen(object: ObservedObject | null): Promise<boolean> {
    if (object === null)
      throw this.#error('object_missing', 'it does not exist', null, '`trueup apply` makes what is declared');
    this.#check ??= this.#world.ownCheck(object);
    const { run_state: state, reason, exit_code: exitCode } = object.status;
    if (state === 'completed' && this.#condition !== 'service_healthy' && this.#world.endsByItself) return true;
    if (
      state === 'completed' ||
      state === 'failed' ||
      state === 'dead' ||
      state === 'stopped' ||
      state === 'suspended'
    ) {
      const hint = state === 'completed' ? '; what is to end needs `run: once`' : '';
      throw this.#error('gate_exited', `${reason ?? `it is ${state}`}${hint}`, exitCode);
    }
    this.#lastReason = reason ?? this.#lastReason;
    this.#failIfRestarting(object);
    if (state === 'paused') throw this.#error('gate_exited', 'it is paused', exitCode);
    if (state !== 'running') return false;
    if (this.#condition === 'service_started') return true;
    return this.#condition === 'service_healthy' && (await this.#isHealthy(object));
  }

  /** What its engine starts again and again will not become healthy by being waited for. */
  #failIfRestarting({ status }: ObservedObject): void {
    this.#firstRestarts ??= status.restarts;
    const restarts = status.restarts - this.#firstRestarts;
    if (restarts < (this.#check?.retries ?? DEFAULT_RETRIES)) return;
    throw this.#error('gate_exited', `it was restarted ${restarts} times meanwhile${this.#why()}`, status.exit_code);
  }

  async #isHealthy(object: ObservedObject): Promise<boolean> {
    const { health, reason, exit_code: exitCode } = object.status;
    if (health === 'unhealthy' && this.#isPastStart(object)) {
      const why = reason === null ? '' : `: ${reason}`;
      throw this.#error('gate_unhealthy', `the engine says that it is unhealthy${why}`, exitCode);
    }
    const check = this.#check;
    if (check === null) return this.#isHealthyUnchecked(health, exitCode);
    // The engine runs the test and knows nothing of endpoints.
    if (health === 'healthy') return check.endpoints.length === 0 || this.#passes(object, { ...check, test: null });
    if (check.test !== null && health !== 'none' && this.#world.hasHung(object)) return false;
    return this.#passes(object, check);
  }

  /** Nothing is declared, and nothing is known to be brought along: only the engine can say. */
  #isHealthyUnchecked(health: Health, exitCode: number | null): boolean {
    if (health !== 'none') return health === 'healthy';
    const message = 'it has no health check: none is declared, and it brings none along';
    throw this.#error('gate_unhealthy', message, exitCode, 'declare a health_check, or wait for service_started');
  }

  async #passes(object: ObservedObject, check: HealthCheck): Promise<boolean> {
    const results = await this.#asked(object, check);
    if (results === null) return false;
    this.#probes.push(...results);
    this.#probes.splice(0, this.#probes.length - KEPT_PROBES);
    if (results.every((result) => result.passed)) return this.#isSame(object);
    const unmet = results.find(({ check_type: type, passed }) => type === 'rung' && !passed);
    if (unmet !== undefined) {
      this.#failIfNotReady(object, check, unmet);
      return false;
    }
    this.#readyAt ??= this.#world.now();
    // Of what it calls healthy only endpoints were asked, on which it has no verdict.
    const { health } = object.status;
    if (health === 'none' || health === 'healthy') this.#countFailure(object, check);
    return false;
  }

  /** `null` where its engine kept it from being made, which is no failure of the resource. */
  async #asked(object: ObservedObject, check: HealthCheck): Promise<readonly ProbeResult[] | null> {
    this.#unasked = null;
    try {
      return await this.#world.probe(object, check, this.#signal);
    } catch (error) {
      this.#signal.throwIfAborted();
      if (!isUnasked(error)) throw error;
      this.#unasked = error;
      return null;
    }
  }

  /** A pass counts only for what was started before the probe and still runs after it. */
  async #isSame(before: ObservedObject): Promise<boolean> {
    const after = await this.#looking.now(this.#signal);
    return after?.status.run_state === 'running' && after.status.incarnation === before.status.incarnation;
  }

  /** What boots does not fail for that; a rung that is not reached in its time will not be reached by waiting. */
  #failIfNotReady(object: ObservedObject, { readyMs }: HealthCheck, { target, output }: ProbeResult): void {
    if (readyMs === null || Math.max(this.#elapsed(), this.#world.ageOf(object)) < readyMs) return;
    const why = output === '' ? '' : `: ${output}`;
    throw this.#error('gate_unhealthy', `it was not ready within ${formatDuration(readyMs)}: ${target}${why}`, null);
  }

  /** Where the engine has no verdict of its own, one failure per interval counts, and `retries` of them are too many. */
  #countFailure(object: ObservedObject, check: HealthCheck): void {
    const now = this.#world.now();
    if (!this.#isPastStart(object) || now - this.#lastCountedAt < check.intervalMs) return;
    this.#lastCountedAt = now;
    this.#countedFailures += 1;
    if (this.#countedFailures >= check.retries) {
      const times = check.retries === 1 ? 'once' : `${check.retries} times`;
      throw this.#error(
        'gate_unhealthy',
        `its health check failed ${times}, ${formatDuration(check.intervalMs)} apart`,
        null,
      );
    }
  }

  #failIfOverdue(object: ObservedObject | null): void {
    // What runs to its end may take as long as it takes.
    if (this.#condition === 'service_completed_successfully') return;
    const limit = this.#check === null ? GATE_MARGIN_MS : gateTimeoutMs(this.#check);
    if (this.#elapsed() < limit) return;
    if (this.#unasked !== null) throw this.#unasked;
    const state = object?.status.run_state ?? 'gone';
    const wanted = this.#condition === 'service_healthy' ? 'healthy' : 'started';
    const why = state === 'running' ? '' : this.#why();
    throw this.#error('gate_timeout', `it was not ${wanted} within ${formatDuration(limit)} (${state}${why})`, null);
  }

  #longestPause(): number {
    if (this.#condition !== 'service_healthy' || this.#check === null) return LOOK_AGAIN_MS;
    const { readyMs, intervalMs } = this.#check;
    return readyMs !== null && this.#readyAt === null ? Math.min(RUNG_INTERVAL_MS, intervalMs) : intervalMs;
  }

  #elapsed(): number {
    return this.#world.now() - this.#startedAt;
  }

  #isPastStart(object: ObservedObject): boolean {
    if (this.#check === null) return true;
    const isLongUp = Math.max(this.#elapsed(), this.#world.ageOf(object)) >= untilCounted(this.#check);
    return isLongUp || (this.#readyAt !== null && this.#world.now() - this.#readyAt >= this.#check.startPeriodMs);
  }

  #why(): string {
    return this.#lastReason === null ? '' : `: ${this.#lastReason}`;
  }

  #error(code: FailureCode, message: string, exitCode: number | null, next?: string): GateError {
    const gate = { condition: this.#condition, probes: this.#probes, exitCode };
    return gateError(code, message, next === undefined ? gate : { ...gate, next });
  }
}
