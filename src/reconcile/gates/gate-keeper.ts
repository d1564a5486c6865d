/** The gates of one run: opens them against real engines, remembers on which start a pass rests, and explains failures. */
import type { Actuator, Observer } from '../../drivers/driver.ts';
import type { ObjectReference, Scope } from '../../drivers/scope.ts';
import type { Address } from '../../model/address.ts';
import type { DependencyCondition, DesiredEnvironment, DesiredResource } from '../../model/desired.ts';
import type { Emit } from '../../model/events.ts';
import { failureOf, TrueupError } from '../../model/failure.ts';
import { type Json, type JsonObject, scalarText } from '../../model/json.ts';
import type { Observation, ObservedObject } from '../../model/observed.ts';
import type { Step } from '../../model/plan.ts';
import type { GateCheck, GateEvidence } from '../../model/run.ts';
import { isSecret, type Vault } from '../../model/secret.ts';
import { ownCondition } from '../plan/gate-steps.ts';
import { EnginesAway } from './engines-away.ts';
import { EventFeed } from './event-feed.ts';
import { type GateWorld, type OpenGate, waitForGate } from './gate.ts';
import { GateError } from './gate-error.ts';
import { type HealthCheck, healthCheckOf } from './health-check.ts';
import { failIfLooping, impatient, settle } from './last-look.ts';
import { probeOnce, type ProbeRound, type ProbeTarget } from './probes.ts';
import { SharedProbes } from './shared-probes.ts';

export interface EngineConnection {
  readonly observer: Observer;
  readonly scope: Scope;
  /** Connects for changing at the first call; always the same one. */
  actuator(): Promise<Actuator>;
}

/** What was seen of a resource a moment ago; `null` where it is gone, absent where nobody looked. */
export type Seen = ObservedObject | null | undefined;

export interface GateKeeperContext {
  /** Whether the last look waits at a gate as a step does; absent: what is not met at once is told as it is. */
  readonly isPatient?: boolean;
  readonly environment: DesiredEnvironment;
  readonly connections: ReadonlyMap<string, EngineConnection>;
  readonly vault: Vault;
  readonly emit: Emit;
}

/** What a gate was about: its resource, under the name that it has now. */
interface Evident {
  readonly address: Address;
  readonly name: string;
}

const LOG_LINES = 20;
const LOG_TIMEOUT_MS = 2000;

export class GateKeeper {
  readonly #context: GateKeeperContext;
  readonly #feeds = new Map<string, EventFeed>();
  readonly #open = new Map<string, OpenGate>();
  /** Gates that are waited for right now: whoever needs the same one waits along. */
  readonly #opening = new Map<string, Promise<OpenGate>>();
  readonly #probes = new SharedProbes();
  readonly #away = new EnginesAway();

  constructor(context: GateKeeperContext) {
    this.#context = context;
  }

  /** Opens the gate of a step. Rejects with a GateError or the signal's reason. */
  async open(step: Step, signal: AbortSignal): Promise<GateEvidence> {
    const resource = await this.#resourceOf(step, signal);
    const condition = conditionOf(step);
    const key = gateKey(resource.address, condition);
    let opening = this.#opening.get(key);
    if (opening === undefined) {
      const world = this.#worldOf(resource);
      opening = waitForGate(condition, this.#checkOf(resource.config), world, signal);
      this.#opening.set(key, opening);
    }
    try {
      const opened = await opening;
      this.#open.set(key, opened);
      return { condition, probes: opened.probes, exit_code: null, log_lines: [] };
    } finally {
      this.#opening.delete(key);
    }
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

  /** The resources of one engine as they are now, in one look; what is not there is `null`. */
  async lookAt(engine: string, resources: readonly DesiredResource[], signal: AbortSignal): Promise<Observation> {
    const { observer, scope } = this.#connection(engine);
    return observer.observe({ ...scope, only: resources.map(referenceOf) }, signal);
  }

  /** The last look at a gate that an apply ends with: the engine's verdict where it has one, else one check, repeated. */
  async check(resource: DesiredResource, seen: Seen, signal: AbortSignal): Promise<GateCheck> {
    let condition = ownCondition(resource);
    const met = { address: resource.address, condition, met: true, reason: null, gate: null };
    try {
      const first = seen === undefined ? this.#worldOf(resource) : this.#worldOf(resource, seen);
      let object = await first.look(signal);
      if (this.#isStillMet(resource, condition, object)) return met;
      // Where no check is declared it may bring one along, which the engine has found to fail.
      if (condition === 'service_started' && object?.status.health === 'unhealthy') condition = 'service_healthy';
      if (await settle(first, condition, object, signal)) object = await first.look(signal);
      failIfLooping(condition, object);
      const declared = this.#checkOf(resource.config);
      const check = this.#context.isPatient === true ? declared : impatient(declared);
      await waitForGate(condition, check, this.#worldOf(resource, object), signal);
      return met;
    } catch (thrown) {
      signal.throwIfAborted();
      const error = await this.blamed(resource.engine, referenceOf(resource), thrown, signal);
      const gate = await this.evidence(resource, error);
      const reason = this.#context.vault.mask(failureOf(error).message);
      return { address: resource.address, condition, met: false, reason, gate };
    }
  }

  /** What has passed its gate in this run, or is on its way to its end as it should be. */
  #isStillMet({ address }: DesiredResource, condition: DependencyCondition, object: ObservedObject | null): boolean {
    if (object?.status.run_state !== 'running') return false;
    const passed = this.#open.get(gateKey(address, condition));
    if (condition === 'service_completed_successfully') return true;
    const isSame = passed !== undefined && passed.incarnation === object.status.incarnation;
    return condition === 'service_healthy' && isSame && object.status.health !== 'unhealthy';
  }

  /** Why a gate failed, with the last lines that the resource wrote; `null` for any other failure. */
  async evidence({ address, name }: Evident, error: unknown): Promise<GateEvidence | null> {
    if (!(error instanceof GateError)) return null;
    const resource = { ...this.#resource(address), name };
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

  /** What failed on an engine that was away meanwhile is the failure of that engine. */
  blamed(engine: string, object: ObjectReference, error: unknown, signal: AbortSignal): Promise<unknown> {
    return this.#away.blamed(error, { engine, object, connection: this.#context.connections.get(engine) }, signal);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#feeds.values()].map((feed) => feed.close()));
  }

  /** `seen` stands for the first look. */
  #worldOf(resource: DesiredResource, seen?: Seen): GateWorld {
    const { address, engine } = resource;
    const { observer, scope } = this.#connection(engine);
    const object = referenceOf(resource);
    let first = seen;
    // Nobody listens before somebody has to wait: until then there is nothing to have missed.
    let mark = this.#feeds.get(engine)?.mark(object);
    return {
      endsByItself: resource.config['run_state'] === 'completed',
      look: async (signal): Promise<ObservedObject | null> => {
        const known = first;
        first = undefined;
        if (known !== undefined) return known;
        mark = this.#feeds.get(engine)?.mark(object);
        const observation = await observer.observe({ ...scope, only: [object] }, signal);
        if (observation.status !== 'known') {
          this.#away.add(engine);
          throw unreachable(engine, observation.status === 'unreachable' ? observation.error : null);
        }
        return observation.objects.find(({ type, name }) => type === object.type && name === object.name) ?? null;
      },
      ownCheck: ({ configured }) => withTest(this.#checkOf(configured)),
      probe: (seenObject, check, signal) =>
        this.#probes.ask(address, seenObject, () => this.#probe(resource, check, signal), signal),
      hasHung: (seenObject) => this.#probes.hasHung(address, seenObject),
      pause: (milliseconds, signal) => this.#feed(engine).pause(object, milliseconds, signal, mark),
      now: () => performance.now(),
      ageOf,
    };
  }

  async #probe(resource: DesiredResource, check: HealthCheck, signal: AbortSignal): Promise<ProbeRound> {
    const { vault, emit } = this.#context;
    const { observer, actuator } = this.#connection(resource.engine);
    const { config } = resource;
    const object = referenceOf(resource);
    const rungs: ProbeTarget['rungs'] = async (asked) => (await observer.readiness?.(object, config, asked)) ?? [];
    const target = { rungs, actuator, object, config, vault };
    const round = await probeOnce(check, target, signal);
    for (const probe of round.results) emit({ type: 'probe', address: resource.address, probe });
    return round;
  }

  #checkOf(config: JsonObject): HealthCheck | null {
    return healthCheckOf(config, (value: Json) =>
      isSecret(value) ? this.#context.vault.reveal(value) : scalarText(value),
    );
  }

  #feed(engine: string): EventFeed {
    let feed = this.#feeds.get(engine);
    if (feed === undefined) {
      const { observer, scope } = this.#connection(engine);
      feed = new EventFeed(observer, scope, () => this.#away.add(engine));
      this.#feeds.set(engine, feed);
    }
    return feed;
  }

  #connection(engine: string): EngineConnection {
    const connection = this.#context.connections.get(engine);
    if (connection === undefined) throw unreachable(engine, null);
    return connection;
  }

  /** The resource under the name under which its gate looks for it; what was brought back is proved as it is itself. */
  async #resourceOf({ address, args }: Step, signal: AbortSignal): Promise<DesiredResource> {
    const declared = this.#resource(address);
    const resource = { ...declared, name: scalarText(args['name'] ?? declared.name) };
    if (args['restored'] !== true) return resource;
    const object = await this.#worldOf(resource).look(signal);
    return { ...resource, config: object?.configured ?? {} };
  }

  #resource(address: Address): DesiredResource {
    const resource = this.#context.environment.resources.get(address);
    if (resource === undefined) throw new TrueupError('address_not_found', `nothing declares ${address}`);
    return resource;
  }
}

function ageOf({ status: { since } }: ObservedObject): number {
  return since === null ? 0 : Date.now() - Date.parse(since);
}

/** What cannot be run is no check. */
function withTest(check: HealthCheck | null): HealthCheck | null {
  return check?.test === null ? null : check;
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

function unreachable(engine: string, why: string | null): TrueupError {
  const message = `engine "${engine}" does not answer${why === null ? '' : `: ${why}`}`;
  const next = 'see how it is (`trueup doctor`), and apply again: what was done is not done twice';
  return new TrueupError('engine_unreachable', message, { retryable: true, next });
}
