/** The gates of one run: opens them against real engines, remembers on which start a pass rests, and explains failures. */
import type { Actuator, ObjectReference, Observer, Scope } from '../../drivers/driver.ts';
import type { Address } from '../../model/address.ts';
import type { DependencyCondition, DesiredEnvironment, DesiredResource } from '../../model/desired.ts';
import type { Emit } from '../../model/events.ts';
import { failureOf, TrueupError } from '../../model/failure.ts';
import { type Json, scalarText } from '../../model/json.ts';
import type { ObservedObject } from '../../model/observed.ts';
import type { Step } from '../../model/plan.ts';
import type { GateCheck, GateEvidence, ProbeResult } from '../../model/run.ts';
import { isSecret, type Vault } from '../../model/secret.ts';
import { ownCondition } from '../plan/gate-steps.ts';
import { EventFeed } from './event-feed.ts';
import { GateError, type GateWorld, type OpenGate, waitForGate } from './gate.ts';
import { type HealthCheck, healthCheckOf } from './health-check.ts';
import { probeOnce } from './probes.ts';
import { Slots } from './slots.ts';

export interface EngineConnection {
  readonly observer: Observer;
  readonly actuator: Actuator;
  readonly scope: Scope;
}

export interface GateKeeperContext {
  readonly environment: DesiredEnvironment;
  readonly connections: ReadonlyMap<string, EngineConnection>;
  readonly vault: Vault;
  readonly emit: Emit;
}

/** A resource without a health check counts as started only if it is still there after this long. */
const SETTLE_MS = 250;
/** Waiting holds no slot, but each probe is a call, and may be a process. */
const PROBES_AT_ONCE = 32;
const LOG_LINES = 20;
const LOG_TIMEOUT_MS = 2000;

export class GateKeeper {
  readonly #context: GateKeeperContext;
  readonly #feeds = new Map<string, EventFeed>();
  readonly #open = new Map<string, OpenGate>();
  readonly #probes = new Slots(PROBES_AT_ONCE);

  constructor(context: GateKeeperContext) {
    this.#context = context;
  }

  /** Opens the gate of a step. Rejects with a GateError or the signal's reason. */
  async open(step: Step, signal: AbortSignal): Promise<GateEvidence> {
    const resource = this.#resource(step.address);
    const condition = conditionOf(step);
    const world = this.#worldOf(resource);
    const opened = await waitForGate(condition, this.#checkOf(resource), world, signal);
    this.#open.set(gateKey(resource.address, condition), opened);
    return { condition, probes: opened.probes, exit_code: null, log_lines: [] };
  }

  /** Before a dependent's start call goes out: passes that a restart has made void are earned again. */
  async confirm(address: Address, gates: readonly Step[], signal: AbortSignal): Promise<void> {
    for (const gate of gates) {
      const passed = this.#open.get(gateKey(gate.address, conditionOf(gate)));
      if (passed === undefined || gate.address === address || conditionOf(gate) !== 'service_healthy') continue;
      const object = await this.#worldOf(this.#resource(gate.address)).look(signal);
      const holds = object?.status.run_state === 'running' && object.status.incarnation === passed.incarnation;
      if (!holds) await this.open(gate, signal);
    }
  }

  /** The last look at a gate that an apply ends with: the engine's verdict where it has one, else one check, repeated. */
  async check(resource: DesiredResource, signal: AbortSignal): Promise<GateCheck> {
    const condition = ownCondition(resource);
    const world = this.#worldOf(resource);
    const met = { address: resource.address, condition, met: true, reason: null, gate: null };
    try {
      await settle(world, condition, signal);
      const object = await world.look(signal);
      const passed = this.#open.get(gateKey(resource.address, condition));
      const isSame = object?.status.run_state === 'running' && passed?.incarnation === object.status.incarnation;
      if (condition === 'service_healthy' && isSame) return met;
      if (condition === 'service_completed_successfully' && object?.status.run_state === 'running') return met;
      await waitForGate(condition, impatient(this.#checkOf(resource)), world, signal);
      return met;
    } catch (error) {
      signal.throwIfAborted();
      const gate = await this.evidence(resource.address, error);
      const reason = this.#context.vault.mask(failureOf(error).message);
      return { address: resource.address, condition, met: false, reason, gate };
    }
  }

  /** Why a gate failed, with the last lines that the resource wrote; `null` for any other failure. */
  async evidence(address: Address, error: unknown): Promise<GateEvidence | null> {
    if (!(error instanceof GateError)) return null;
    const resource = this.#resource(address);
    const signal = AbortSignal.timeout(LOG_TIMEOUT_MS);
    const lines: string[] = [];
    try {
      const { observer } = this.#connection(resource.engine);
      for await (const { line } of observer.logs(referenceOf(resource), { tail: LOG_LINES }, signal)) {
        lines.push(this.#context.vault.mask(line));
      }
    } catch {
      // Logs explain a failure; that there are none must not hide it.
    }
    return { condition: error.condition, probes: error.probes, exit_code: error.exitCode, log_lines: lines };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#feeds.values()].map((feed) => feed.close()));
  }

  #worldOf(resource: DesiredResource): GateWorld {
    const { observer, actuator, scope } = this.#connection(resource.engine);
    const object = referenceOf(resource);
    const { vault } = this.#context;
    const feed = this.#feed(resource.engine);
    let mark = feed.mark(object);
    return {
      endsByItself: resource.config['run_state'] === 'completed',
      look: async (signal): Promise<ObservedObject | null> => {
        mark = feed.mark(object);
        const observation = await observer.observe({ ...scope, only: [object] }, signal);
        if (observation.status !== 'known') throw unreachable(resource.engine);
        return observation.objects.find(({ type, name }) => type === object.type && name === object.name) ?? null;
      },
      probe: async (check, signal): Promise<readonly ProbeResult[]> => {
        const target = { actuator, object, config: resource.config, vault };
        const probes = await this.#probes.use(() => probeOnce(check, target, signal), signal);
        for (const probe of probes) this.#context.emit({ type: 'probe', address: resource.address, probe });
        return probes;
      },
      pause: (milliseconds, signal) => feed.pause(object, milliseconds, signal, mark),
      now: () => performance.now(),
    };
  }

  #checkOf(resource: DesiredResource): HealthCheck | null {
    return healthCheckOf(resource.config, (value: Json) =>
      isSecret(value) ? this.#context.vault.reveal(value) : scalarText(value),
    );
  }

  #feed(engine: string): EventFeed {
    let feed = this.#feeds.get(engine);
    if (feed === undefined) {
      const { observer, scope } = this.#connection(engine);
      feed = new EventFeed(observer, scope);
      this.#feeds.set(engine, feed);
    }
    return feed;
  }

  #connection(engine: string): EngineConnection {
    const connection = this.#context.connections.get(engine);
    if (connection === undefined) throw unreachable(engine);
    return connection;
  }

  #resource(address: Address): DesiredResource {
    const resource = this.#context.environment.resources.get(address);
    if (resource === undefined) throw new TrueupError('address_not_found', `nothing declares ${address}`);
    return resource;
  }
}

/** What was started a moment ago and has no health check must outlive its first moments. */
async function settle(world: GateWorld, condition: DependencyCondition, signal: AbortSignal): Promise<void> {
  if (condition !== 'service_started') return;
  const object = await world.look(signal);
  const since = object?.status.since ?? null;
  const age = since === null ? SETTLE_MS : Date.now() - Date.parse(since);
  const deadline = world.now() + Math.min(SETTLE_MS, SETTLE_MS - age);
  while (world.now() < deadline) await world.pause(deadline - world.now(), signal);
}

/** For what has been running for long: as many checks as it has retries, without waiting for its intervals. */
function impatient(check: HealthCheck | null): HealthCheck | null {
  return check === null ? null : { ...check, intervalMs: Math.min(check.intervalMs, 200), startPeriodMs: 0 };
}

function conditionOf(step: Step): DependencyCondition {
  const condition = step.args['condition'];
  return condition === 'service_healthy' || condition === 'service_completed_successfully'
    ? condition
    : 'service_started';
}

function gateKey(address: Address, condition: DependencyCondition): string {
  return `${address} ${condition}`;
}

function referenceOf(resource: DesiredResource): ObjectReference {
  return { type: resource.type, name: resource.name };
}

function unreachable(engine: string): TrueupError {
  return new TrueupError('engine_unreachable', `engine "${engine}" does not answer`, { retryable: true });
}
