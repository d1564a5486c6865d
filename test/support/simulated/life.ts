/**
 * Life of what runs: start, exit, stop, pause, probes, and restarts by the engine itself. The first restart follows at
 * once, each further one after a pause on the clock that doubles, as long as a person does not start it anew.
 */
import { durationMs } from '../../../src/model/duration.ts';
import { isJsonObject, type JsonObject, memberAt } from '../../../src/model/json.ts';
import type { Behaviour } from './behaviour.ts';
import type { Clock } from './clock.ts';
import type { EventBus } from './event-bus.ts';
import type { Notifier } from './notifier.ts';
import type { Life, Objects, SimulatedObject } from './objects.ts';
import type { Traps } from './options.ts';
import { EngineRefusal } from './refusal.ts';

export interface LifeContext {
  readonly objects: Objects;
  readonly clock: Clock;
  readonly events: EventBus;
  readonly written: Notifier<SimulatedObject>;
  readonly traps: Traps;
  behaviour(object: SimulatedObject): Behaviour;
}

export const UNBORN: Life = {
  state: 'created',
  since: 0,
  exit_code: null,
  restarts: 0,
  starts: 0,
  stop_requested: false,
  probes: 0,
  health: 'none',
};

const FIRST_RESTART_PAUSE_MS = 100;
const DEFAULT_INTERVAL_MS = 30_000;

/** Whether it holds its ports and uses its volumes. */
export function isUp(object: SimulatedObject): boolean {
  const state = object.life?.state;
  return state === 'running' || state === 'paused' || state === 'restarting';
}

export class Lives {
  readonly #context: LifeContext;

  constructor(context: LifeContext) {
    this.#context = context;
  }

  start(object: SimulatedObject): void {
    const life = lifeOf(object);
    if (life.state === 'running') return;
    if (life.state === 'dead') throw new EngineRefusal('wrong_state', `${object.name} is dead: it can only be removed`);
    if (life.state === 'paused') {
      if (this.#context.traps.paused_must_be_resumed) {
        throw new EngineRefusal('wrong_state', `${object.name} is paused: resume it instead`);
      }
      this.resume(object);
      return;
    }
    this.#refuseMissingParts(object);
    this.#refuseTakenPorts(object);
    this.#begin(object, 0);
  }

  /** It ends by itself, or somebody ends it. */
  exit(object: SimulatedObject, code: number): void {
    const life = lifeOf(object);
    if (!isUp(object)) return;
    const state = life.stop_requested ? 'stopped' : code === 0 ? 'completed' : 'failed';
    this.#set(object, { state, exit_code: code, health: 'none' }, 'die');
    if (!life.stop_requested && restartsAfter(object.config, code)) this.#restart(object, life.restarts + 1);
  }

  stop(object: SimulatedObject): void {
    const life = lifeOf(object);
    if (life.state === 'paused' && this.#context.traps.paused_must_be_resumed) {
      throw new EngineRefusal('wrong_state', `${object.name} is paused: resume it before stopping it`);
    }
    object.life = { ...life, stop_requested: true };
    if (isUp(object)) this.exit(object, 143);
    else if (life.state !== 'dead') this.#set(object, { state: 'stopped' }, 'stop');
  }

  pause(object: SimulatedObject): void {
    if (lifeOf(object).state === 'running') this.#set(object, { state: 'paused' }, 'pause');
  }

  resume(object: SimulatedObject): void {
    if (lifeOf(object).state === 'paused') this.#set(object, { state: 'running' }, 'unpause');
  }

  wreck(object: SimulatedObject): void {
    this.#set(object, { state: 'dead', exit_code: null, health: 'none' }, 'die');
  }

  /** One health probe, whoever asks: passes, fails, or is the last straw. */
  probe(object: SimulatedObject): boolean {
    const life = lifeOf(object);
    const { failing_probes: failing, exits_after_probes: status } = this.#context.behaviour(object);
    object.life = { ...life, probes: life.probes + 1 };
    if (life.probes < failing) return false;
    if (status !== null) this.exit(object, status);
    return status === null;
  }

  write(object: SimulatedObject, line: string): void {
    object.log.push({ stream: 'stdout', at: new Date(this.#context.clock.now()).toISOString(), line });
    this.#context.written.notify(object);
  }

  #begin(object: SimulatedObject, restarts: number): void {
    const { clock, traps } = this.#context;
    const { starts } = lifeOf(object);
    object.effective = null;
    const test = memberAt(object.config, 'health_check', 'test');
    const health = traps.health_verdicts && Array.isArray(test) ? 'starting' : 'none';
    const born: Life = { ...UNBORN, state: 'running', since: clock.now(), restarts, starts: starts + 1, health };
    this.#set(object, born, 'start');
    const { prints, exits } = this.#context.behaviour(object);
    for (const line of prints) this.write(object, line);
    if (exits !== null) this.exit(object, exits);
    else if (health === 'starting') this.#superviseHealth(object, starts + 1, 0);
  }

  #restart(object: SimulatedObject, restarts: number): void {
    if (restarts === 1) {
      this.#begin(object, restarts);
      return;
    }
    this.#set(object, { state: 'restarting' }, 'restarting');
    const { starts } = lifeOf(object);
    this.#context.clock.after(FIRST_RESTART_PAUSE_MS * 2 ** (restarts - 2), () => {
      const { life } = object;
      if (life?.state === 'restarting' && life.starts === starts) this.#begin(object, restarts);
    });
  }

  #superviseHealth(object: SimulatedObject, starts: number, failures: number): void {
    const { clock } = this.#context;
    clock.after(durationMs(memberAt(object.config, 'health_check', 'interval'), DEFAULT_INTERVAL_MS), () => {
      const isSame = object.life?.state === 'running' && object.life.starts === starts;
      if (!isSame || this.#context.objects.byId(object.id) === null) return;
      const failed = this.probe(object) ? 0 : failures + 1;
      const retries = memberAt(object.config, 'health_check', 'retries');
      const limit = typeof retries === 'number' ? retries : 3;
      const verdict = failed === 0 ? 'healthy' : failed >= limit ? 'unhealthy' : lifeOf(object).health;
      if (isUp(object) && verdict !== lifeOf(object).health)
        this.#set(object, { health: verdict }, `health_status: ${verdict}`);
      this.#superviseHealth(object, starts, failed);
    });
  }

  #set(object: SimulatedObject, part: Partial<Life>, action: string): void {
    object.life = { ...lifeOf(object), ...part };
    this.#context.events.changed(object, action);
  }

  #refuseMissingParts(object: SimulatedObject): void {
    const { objects, traps } = this.#context;
    for (const id of object.attachments.keys()) {
      if (traps.stale_network_ids && objects.byId(id) === null)
        throw new EngineRefusal('not_found', `network ${id} not found`);
    }
    for (const name of object.mounts) {
      if (objects.find({ type: 'volume', name }) === null)
        throw new EngineRefusal('not_found', `volume ${name} not found`);
    }
  }

  #refuseTakenPorts(object: SimulatedObject): void {
    const wanted = hostPorts(object.config);
    for (const other of wanted.length === 0 ? [] : this.#context.objects.all('service')) {
      const port =
        isUp(other) && other !== object ? hostPorts(other.config).find((held) => wanted.includes(held)) : undefined;
      if (port !== undefined) {
        throw new EngineRefusal('port_taken', `port ${port} is held by ${other.name}`, { port, holder: other.name });
      }
    }
  }
}

/** The host ports that a service publishes. */
function hostPorts(config: JsonObject): readonly number[] {
  const ports = memberAt(config, 'networking', 'ports');
  return isJsonObject(ports)
    ? Object.values(ports).flatMap((port) => {
        const hostPort = memberAt(port, 'host_port');
        return typeof hostPort === 'number' ? [hostPort] : [];
      })
    : [];
}

function restartsAfter(config: JsonObject, code: number): boolean {
  const policy = memberAt(config, 'process', 'restart') ?? memberAt(config, 'container', 'restart');
  if (typeof policy !== 'string') return false;
  return policy.startsWith('on-failure') ? code !== 0 : policy === 'always' || policy === 'unless-stopped';
}

function lifeOf(object: SimulatedObject): Life {
  if (object.life === null) throw new EngineRefusal('wrong_state', `a ${object.type} does not run`);
  return object.life;
}
