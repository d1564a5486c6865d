/**
 * Drivers whose engines may run inside of VMs: whoever connects to such an engine is given a way to it through whatever runs
 * the VM, and neither driver knows of the other. The way is opened when it is first used, and closed with the connection.
 */
import type { Duplex } from 'node:stream';
import type { EngineDeclaration, EngineInside } from '../model/desired.ts';
import { TrueupError } from '../model/failure.ts';
import type { Actuator, Driver, DriverRegistry } from './driver.ts';
import type { EngineSight } from './engine-sight.ts';
import type { ConnectTarget, Dial } from './reach.ts';

export function dialled(drivers: DriverRegistry): DriverRegistry {
  return {
    names: drivers.names,
    async load(name) {
      const driver = await drivers.load(name);
      return driver === null ? null : dialledDriver(driver, drivers);
    },
  };
}

function dialledDriver(driver: Driver, drivers: DriverRegistry): Driver {
  const { claims, survey } = driver;
  return {
    ...driver,
    async observer(engine, sealer) {
      if (engine.inside === undefined) return driver.observer(engine, sealer);
      const way = new WayIn(engine.inside, drivers);
      const observer = await driver.observer(engine, sealer, way.dial);
      return closingAlso(observer, way);
    },
    async actuator(engine) {
      if (engine.inside === undefined) return driver.actuator(engine);
      const way = new WayIn(engine.inside, drivers);
      const actuator = await driver.actuator(engine, way.dial);
      return closingAlso(actuator, way);
    },
    // Of what is in a VM the VM itself tells; who surveys a machine asks nobody to open a way there.
    ...(survey === undefined
      ? {}
      : {
          async survey(engines, signal) {
            const apart = engines.filter(({ inside }) => inside === undefined);
            const sights = await survey(apart, signal);
            const seen = new Map(sights.map((sight) => [sight.engine, sight] as const));
            const named = engines.flatMap((engine) => seen.get(engine) ?? notAsked(engine));
            return [...named, ...sights.slice(apart.length)];
          },
        }),
    // Only this machine reaches into its VMs.
    ...(claims === undefined
      ? {}
      : { claims: async (engine, access) => (engine.inside === undefined ? claims(engine, access) : null) }),
  };
}

/** The same connection, which closes the way in with itself. Its optional calls stay what they are: there, or absent. */
function closingAlso<T extends { close(): Promise<void> }>(connection: T, way: WayIn): T {
  const close = connection.close.bind(connection);
  return Object.assign(connection, {
    async close() {
      await close();
      await way.close();
    },
  });
}

function notAsked(engine: EngineDeclaration): readonly EngineSight[] {
  if (engine.inside === undefined) return [];
  const nothing = { description: null, facts: null, error: null, next: null, limits: [] };
  return [{ engine, place: `in ${engine.inside.provider}`, ...nothing }];
}

class WayIn {
  readonly #inside: EngineInside;
  readonly #drivers: DriverRegistry;
  #opening: Promise<Actuator> | null = null;

  constructor(inside: EngineInside, drivers: DriverRegistry) {
    this.#inside = inside;
    this.#drivers = drivers;
  }

  readonly dial: Dial = async (target: ConnectTarget, signal: AbortSignal): Promise<Duplex> => {
    const { name, config } = this.#inside;
    const actuator = await this.#actuator();
    return actuator.connect({ type: 'vm', name }, target, signal, config);
  };

  async close(): Promise<void> {
    const opened = await this.#opening?.catch(() => null);
    this.#opening = null;
    await opened?.close();
  }

  /** One for all streams, tried anew where it could not be opened. */
  #actuator(): Promise<Actuator> {
    const opening = this.#opening ?? this.#open();
    this.#opening = opening;
    opening.catch(() => {
      if (this.#opening === opening) this.#opening = null;
    });
    return opening;
  }

  async #open(): Promise<Actuator> {
    const { engine, provider } = this.#inside;
    const driver = await this.#drivers.load(engine.driver);
    if (driver !== null) return driver.actuator(engine);
    throw new TrueupError(
      'engine_unreachable',
      `nothing reaches into ${provider}: there is no driver ${engine.driver}`,
    );
  }
}
