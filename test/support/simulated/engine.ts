/**
 * The simulated engine: a whole engine in memory, with the traps of real ones. It outlives the trueup processes that
 * talk to it, which come and go with the connections that {@link simulatedDriver} opens.
 */
import { canonicalJson, type Json } from '../../../src/model/json.ts';
import { type Behaviour, behaviourOf } from './behaviour.ts';
import { CallLog } from './call-log.ts';
import { EngineCalls } from './calls.ts';
import { type Clock, realClock, VirtualClock } from './clock.ts';
import { EventBus } from './event-bus.ts';
import { FaultPlan } from './faults.ts';
import { Registry } from './images.ts';
import { Lives } from './life.ts';
import { Notifier } from './notifier.ts';
import { Objects, type SimulatedObject } from './objects.ts';
import type { EngineReads } from './reads.ts';
import { optionsOf, type SimulatedOptions, type SimulatedSettings } from './options.ts';
import { seededRandom } from './random.ts';
import { type Removal, World, type WorldContext } from './world.ts';

export class SimulatedEngine implements WorldContext, EngineReads {
  readonly options: SimulatedOptions;
  readonly clock: Clock;
  readonly objects: Objects = new Objects();
  readonly events: EventBus;
  readonly written: Notifier<SimulatedObject> = new Notifier();
  readonly lives: Lives;
  readonly calls: EngineCalls;
  readonly registry: Registry = new Registry();
  readonly faults: FaultPlan = new FaultPlan();
  readonly log: CallLog = new CallLog();
  readonly world: World;
  readonly behaviours: Map<string, Partial<Behaviour>>;
  /** Everything that ever went, in order. */
  readonly removals: Removal[] = [];
  /** How often trueup died while it talked to this engine. */
  crashes = 0;
  #outage: string | null = null;

  constructor(settings: SimulatedSettings = {}) {
    this.options = optionsOf(settings);
    const { seed, traps, events } = this.options;
    this.clock = this.options.clock === 'virtual' ? new VirtualClock() : realClock();
    this.events = new EventBus(this.clock, seededRandom(seed), events);
    this.behaviours = new Map(Object.entries(this.options.behaviours));
    const { objects, clock, written, registry } = this;
    const shared = { objects, clock, events: this.events, traps };
    this.lives = new Lives({ ...shared, written, behaviour: (object) => this.behaviourOf(object) });
    const removed = ({ type, name }: SimulatedObject): void => void this.removals.push({ type, name, by: 'trueup' });
    this.calls = new EngineCalls({ ...shared, registry, lives: this.lives, removed });
    this.world = new World(this);
    // What runs inside a machine goes with it.
    const provider = this.options.provided_by;
    provider?.engine.objects.deleted.subscribe(({ type, name }) => {
      if (type === provider.object.type && name === provider.object.name) this.objects.clear();
    });
  }

  behaviourOf({ name, config }: SimulatedObject): Behaviour {
    return behaviourOf(config, this.behaviours.get(name));
  }

  /** Lets virtual time pass. */
  advance(milliseconds: number): void {
    if (!(this.clock instanceof VirtualClock)) throw new Error('this engine runs on the clock on the wall');
    this.clock.advance(milliseconds);
  }

  /** Ends every connection that is open now, as kill -9 of trueup does. */
  crash(): void {
    this.crashes += 1;
    this.events.gap('trueup died');
    for (const object of this.objects.all()) this.written.notify(object);
  }

  /** Why nothing answers; `null` when all is well. */
  get outage(): string | null {
    const provider = this.options.provided_by;
    if (this.#outage !== null || provider === null) return this.#outage;
    const host = provider.engine.objects.find(provider.object);
    if (host === null) return `${provider.address} does not exist`;
    return host.life?.state === 'running' ? null : `${provider.address} does not run`;
  }

  get isAbsent(): boolean {
    const provider = this.options.provided_by;
    return provider !== null && provider.engine.objects.find(provider.object) === null;
  }

  /** Sets why nothing answers. */
  setOutage(reason: string | null): void {
    this.#outage = reason;
  }

  /** The whole world as text: equal texts are equal worlds. */
  snapshot(): string {
    const objects: readonly Json[] = this.objects.all().map((object) => ({
      id: object.id,
      name: object.name,
      ownership: object.ownership === null ? null : { ...object.ownership },
      config: object.config,
      effective: object.effective,
      attachments: [...object.attachments].map(([id, { key, aliases }]) => ({ id, key, aliases })),
      mounts: object.mounts,
      image_id: object.image_id,
      data: object.data,
      life: object.life === null ? null : { ...object.life },
      log: object.log.length,
    }));
    return canonicalJson(objects);
  }
}

/** A new world with nothing in it. */
export function simulatedEngine(settings: SimulatedSettings = {}): SimulatedEngine {
  return new SimulatedEngine(settings);
}
