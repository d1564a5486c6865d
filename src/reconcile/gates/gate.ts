/**
 * One gate: waits until a resource has reached its condition. It probes at once and then at growing pauses, so that a
 * gate opens as soon as the resource works. Such early probes can only open a gate, they never count as retries; a gate
 * fails on exit, on the engine's `unhealthy` after start_period, on its own count of failed checks where the engine has
 * no verdict, or at its timeout.
 */
import type { FailureCode } from '../../model/codes.ts';
import { formatDuration } from '../../model/duration.ts';
import { TrueupError } from '../../model/failure.ts';
import type { ObservedObject } from '../../model/observed.ts';
import type { DependencyCondition } from '../../model/desired.ts';
import type { ProbeResult } from '../../model/run.ts';
import { DEFAULT_RETRIES, GATE_MARGIN_MS, gateTimeoutMs, type HealthCheck } from './health-check.ts';

export interface GateWorld {
  /** Whether the resource is declared to run to its end; anything else that ends has failed its gate. */
  readonly endsByItself: boolean;
  /** The resource as it is now; `null` when it is gone. */
  look(signal: AbortSignal): Promise<ObservedObject | null>;
  /** One round of its health check. */
  probe(check: HealthCheck, signal: AbortSignal): Promise<readonly ProbeResult[]>;
  /** Resolves after the time, or as soon as the engine says that something happened to the resource. */
  pause(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** Milliseconds, monotonic. */
  now(): number;
}

/** What an open gate rests on: its pass is void once the resource has another incarnation. */
export interface OpenGate {
  readonly incarnation: string | null;
  readonly probes: readonly ProbeResult[];
}

export class GateError extends TrueupError {
  readonly condition: DependencyCondition;
  readonly probes: readonly ProbeResult[];
  readonly exitCode: number | null;

  constructor(
    code: FailureCode,
    message: string,
    gate: {
      readonly condition: DependencyCondition;
      readonly probes: readonly ProbeResult[];
      readonly exitCode: number | null;
    },
  ) {
    super(code, message, { fields: { condition: gate.condition, exit_code: gate.exitCode } });
    this.condition = gate.condition;
    this.probes = gate.probes;
    this.exitCode = gate.exitCode;
  }
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
  readonly #check: HealthCheck | null;
  readonly #world: GateWorld;
  readonly #signal: AbortSignal;
  readonly #startedAt: number;
  readonly #probes: ProbeResult[] = [];
  #countedFailures = 0;
  /** How often it had been restarted when the gate first looked. */
  #firstRestarts: number | null = null;
  #lastCountedAt: number;

  constructor(condition: DependencyCondition, check: HealthCheck | null, world: GateWorld, signal: AbortSignal) {
    this.#condition = condition;
    this.#check = check;
    this.#world = world;
    this.#signal = signal;
    this.#startedAt = world.now();
    this.#lastCountedAt = this.#startedAt;
  }

  async wait(): Promise<OpenGate> {
    let pause = FIRST_PAUSE_MS;
    for (;;) {
      this.#signal.throwIfAborted();
      const object = await this.#world.look(this.#signal);
      if (await this.#isOpen(object)) return { incarnation: object?.status.incarnation ?? null, probes: this.#probes };
      this.#failIfOverdue(object);
      await this.#world.pause(Math.min(pause, this.#longestPause()), this.#signal);
      pause *= PAUSE_GROWTH;
    }
  }

  async #isOpen(object: ObservedObject | null): Promise<boolean> {
    if (object === null) throw this.#error('object_missing', 'it does not exist', null);
    const { run_state: state, reason, exit_code: exitCode } = object.status;
    if (state === 'completed' && this.#condition !== 'service_healthy' && this.#world.endsByItself) return true;
    if (state === 'completed' || state === 'failed' || state === 'dead' || state === 'stopped') {
      const hint = state === 'completed' ? '; what is to end needs `run: once`' : '';
      throw this.#error('gate_exited', `${reason ?? `it is ${state}`}${hint}`, exitCode);
    }
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
    const why = status.reason === null ? '' : `: ${status.reason}`;
    throw this.#error('gate_exited', `it was restarted ${restarts} times meanwhile${why}`, status.exit_code);
  }

  async #isHealthy(object: ObservedObject): Promise<boolean> {
    const { health } = object.status;
    if (health === 'healthy' || (this.#check === null && health === 'none')) return true;
    if (health === 'unhealthy' && this.#elapsed() >= (this.#check?.startPeriodMs ?? 0)) {
      throw this.#error('gate_unhealthy', 'the engine says that it is unhealthy', object.status.exit_code);
    }
    // The engine checks by itself, as an image may ask it to: there is nothing of ours to probe.
    if (this.#check === null) return false;
    const results = await this.#world.probe(this.#check, this.#signal);
    this.#probes.push(...results);
    this.#probes.splice(0, this.#probes.length - KEPT_PROBES);
    if (results.every((result) => result.passed)) return this.#isSame(object);
    if (health === 'none') this.#countFailure(this.#check);
    return false;
  }

  /** A pass counts only for what was started before the probe and still runs after it. */
  async #isSame(before: ObservedObject): Promise<boolean> {
    const after = await this.#world.look(this.#signal);
    return after?.status.run_state === 'running' && after.status.incarnation === before.status.incarnation;
  }

  /** Where the engine has no verdict of its own, one failure per interval counts, and `retries` of them are too many. */
  #countFailure(check: HealthCheck): void {
    const now = this.#world.now();
    if (this.#elapsed() < check.startPeriodMs || now - this.#lastCountedAt < check.intervalMs) return;
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
    const state = object?.status.run_state ?? 'gone';
    const wanted = this.#condition === 'service_healthy' ? 'healthy' : 'started';
    throw this.#error('gate_timeout', `it was not ${wanted} within ${formatDuration(limit)} (${state})`, null);
  }

  #longestPause(): number {
    return this.#condition === 'service_healthy' && this.#check !== null ? this.#check.intervalMs : LOOK_AGAIN_MS;
  }

  #elapsed(): number {
    return this.#world.now() - this.#startedAt;
  }

  #error(code: FailureCode, message: string, exitCode: number | null): GateError {
    return new GateError(code, message, { condition: this.#condition, probes: this.#probes, exitCode });
  }
}
