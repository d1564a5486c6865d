/**
 * Host ports of a copy. A container of the copy is published on ports that the engine chose: whoever asks for the port
 * that the manifests name is led to them. A process listens where it wants, so its ports must be free beforehand.
 */
import type { Actuator, Driver, DriverRegistry } from '../drivers/driver.ts';
import type { ConnectTarget } from '../drivers/reach.ts';
import type { ObjectReference } from '../drivers/scope.ts';
import { isPortFree } from '../files/is-port-free.ts';
import type { ResolvedPort } from '../manifest/resolve/ports.ts';
import type { DesiredEnvironment, DesiredResource, EngineDeclaration } from '../model/desired.ts';
import { TrueupError } from '../model/failure.ts';
import { isProcess, portsOf } from './bisect-copy.ts';

/** Where a port of the manifests leads to in the copy. */
interface Published {
  readonly object: ObjectReference;
  readonly engine: string;
  readonly containerPort: number;
}

/**
 * The same drivers, but that their probes reach the copy of `environment`, not what is published on the ports of the real
 * one. `copy` and `environment` declare the same services.
 */
export function driversOfCopy(
  drivers: DriverRegistry,
  environment: DesiredEnvironment,
  copy: DesiredEnvironment,
): DriverRegistry {
  const published = new Map<number, Published>();
  const services = new Map<string, DesiredResource>();
  for (const [address, resource] of environment.resources) {
    const copied = copy.resources.get(address);
    if (resource.type !== 'service' || copied === undefined) continue;
    services.set(copied.name, resource);
    if (isProcess(resource.config)) continue;
    for (const { host_port: port, container_port: containerPort, protocol } of portsOf(resource)) {
      const object = { type: copied.type, name: copied.name };
      if (port !== null && protocol === 'tcp') published.set(port, { object, engine: copied.engine, containerPort });
    }
  }
  /** What a port means to a service: one of its own; to a process, which is on this machine, also one of another service. */
  function meant(object: ObjectReference, target: ConnectTarget): Published | null {
    const found = 'port' in target ? published.get(target.port) : undefined;
    const asking = services.get(object.name);
    if (found === undefined || asking === undefined) return null;
    return found.object.name === object.name || isProcess(asking.config) ? found : null;
  }
  return {
    names: drivers.names,
    async load(name) {
      const driver = await drivers.load(name);
      return driver === null ? null : withPorts(driver, { drivers, copy, meant });
    },
  };
}

interface Leading {
  readonly drivers: DriverRegistry;
  readonly copy: DesiredEnvironment;
  meant(object: ObjectReference, target: ConnectTarget): Published | null;
}

function withPorts(driver: Driver, leading: Leading): Driver {
  return {
    ...driver,
    actuator: async (engine) => led(await driver.actuator(engine), engine, leading),
  };
}

function led(actuator: Actuator, own: EngineDeclaration, { drivers, copy, meant }: Leading): Actuator {
  const others = new Map<string, Promise<Actuator | null>>();
  const actuatorOf = (name: string): Promise<Actuator | null> => {
    const engine = copy.engines[name];
    if (name === own.name || engine === undefined) return Promise.resolve(actuator);
    const opening = others.get(name) ?? drivers.load(engine.driver).then((driver) => driver?.actuator(engine) ?? null);
    others.set(name, opening);
    return opening;
  };
  return {
    run: (step, context) => actuator.run(step, context),
    exec: (object, config, command, options) => actuator.exec(object, config, command, options),
    async connect(object, target, signal) {
      const to = meant(object, target);
      if (to === null) return actuator.connect(object, target, signal);
      const reached = (await actuatorOf(to.engine)) ?? actuator;
      return reached.connect(to.object, { port: to.containerPort }, signal);
    },
    async close() {
      const opened = await Promise.all(others.values());
      await Promise.all([actuator.close(), ...opened.map((other) => other?.close())]);
    },
  };
}

/**
 * Throws `port_in_use` for a port that a process of the copy would listen on and somebody holds, be it the real
 * environment. `held` are those that the copy itself has by now.
 */
export async function assertPortsFree(copy: DesiredEnvironment, held: ReadonlySet<string>): Promise<void> {
  for (const resource of copy.resources.values()) {
    if (resource.type !== 'service' || !isProcess(resource.config)) continue;
    for (const port of portsOf(resource)) {
      if (held.has(keyOf(port)) || (await isFree(port))) continue;
      const which = `${port.host_port}/${port.protocol}`;
      const message = `${resource.address} listens on port ${which}, which is taken: no copy of a process can have another`;
      throw new TrueupError('port_in_use', message, {
        fields: { address: resource.address, port: port.host_port, protocol: port.protocol },
        next: 'end what holds the port (`trueup stop` where it is the environment itself), and bisect again',
      });
    }
  }
}

/** The host ports of the processes of an environment. */
export function processPorts(copy: DesiredEnvironment): ReadonlySet<string> {
  const processes = [...copy.resources.values()].filter(({ type, config }) => type === 'service' && isProcess(config));
  return new Set(processes.flatMap(portsOf).map(keyOf));
}

function keyOf({ host_port: port, protocol, host_ip: ip }: ResolvedPort): string {
  return `${ip ?? ''}:${port}/${protocol}`;
}

async function isFree({ host_port: port, protocol, host_ip: address }: ResolvedPort): Promise<boolean> {
  return port === null || isPortFree({ port, protocol, address });
}
