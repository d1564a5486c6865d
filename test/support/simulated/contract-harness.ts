/** The contract suite's view of a simulated engine. */
import type { DesiredResource } from '../../../src/model/desired.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import type { Driver } from '../../../src/drivers/driver.ts';
import { desiredResource, patched } from '../contract/desired.ts';
import type { ContractCommands, ContractHarness, ContractWorld, Program } from '../contract/harness.ts';
import { simulatedDriver } from './driver.ts';
import { type SimulatedEngine, simulatedEngine } from './engine.ts';
import { contentsFor } from './images.ts';
import { NO_SECRETS } from './reconcile.ts';

const ENGINE = { name: 'simulated', driver: 'simulated', settings: {} };
const DOWN = { name: 'down', driver: 'simulated', settings: {} };
const PORT = 8080;

/** On the clock on the wall, and with calls that take their time, so that they can be cut off. */
export async function simulatedHarness(
  wrap: (driver: Driver) => Driver = (driver) => driver,
): Promise<ContractHarness> {
  const engine = simulatedEngine({ clock: 'real', latency: 2 });
  for (const reference of ['app:1', 'app:2']) engine.world.tag(reference, contentsFor(reference));
  const down = simulatedEngine();
  down.world.goDown('connection refused');
  return {
    driver: wrap(simulatedDriver(({ name }) => (name === DOWN.name ? down : engine))),
    engine: ENGINE,
    unreachable: DOWN,
    world: worldOf(engine),
    commands: COMMANDS,
    vault: NO_SECRETS,
    service,
    volume: (key) => held('volume', key, { driver: 'local', driver_opts: {}, labels: {} }),
    network: (key) => held('network', key, { driver: 'bridge', driver_opts: {}, internal: false, labels: {} }),
    mounting: (resource, { key, address }) => ({
      ...patched(resource, {
        storage: { volumes: { '/data': { type: 'volume', volume: key, container_path: '/data' } } },
      }),
      uses: [...resource.uses, address],
    }),
    joining: (resource, { key, address }) => ({
      ...patched(resource, { networking: { networks: { [key]: { aliases: ['alias', resource.key] } } } }),
      uses: [...resource.uses, address],
    }),
    portOf: () => PORT,
    edits: { in_place: { labels: { team: 'core' } }, restart: null, replace: { container: { image: 'app:2' } } },
    end: async () => {},
  };
}

const COMMANDS: ContractCommands = {
  print: (text) => ['print', text],
  exit: (status) => ['exit', String(status)],
  printVariable: (name) => ['env', name],
  fill: (bytes) => ['fill', String(bytes)],
  hang: ['hang'],
};

const WORDS: Readonly<Record<Program, readonly string[]>> = {
  runs: [],
  exits_0: ['exit=0'],
  exits_1: ['exit=1'],
  listens: [],
  writes: ['print=line 1', 'print=line 2', 'print=line 3'],
};

function service(key: string, program: Program, config: JsonObject = {}): DesiredResource {
  const port = { host_port: PORT, container_port: 80, protocol: 'tcp', host_ip: null };
  const plain = desiredResource('service', key, {
    engine: ENGINE.name,
    config: {
      type: 'application',
      role: null,
      process: null,
      container: { image: 'app:1', command: ['run', ...WORDS[program]], restart: 'no' },
      environment_variables: {},
      networking: { hostname: null, ports: program === 'listens' ? { [`${PORT}/tcp`]: port } : {}, networks: {} },
      storage: { volumes: {}, tmpfs: {} },
      health_check: null,
      dependencies: {},
      resource_limits: { cpu_limit: 0.5, memory_limit: '64MiB', cpu_reservation: null, memory_reservation: null },
      labels: {},
      run_state: 'running',
    },
  });
  return patched(plain, config);
}

function held(type: 'volume' | 'network', key: string, config: JsonObject): DesiredResource {
  return desiredResource(type, key, { engine: ENGINE.name, config });
}

function worldOf(engine: SimulatedEngine): ContractWorld {
  const { world } = engine;
  return {
    kill: async (name) => world.kill(name),
    pause: async (name) => world.pause(name),
    remove: async ({ type, name }) => world.remove(name, type),
    write: async (name, line) => world.write(name, line),
    writeData: async (volume, data) => world.writeData(volume, data),
    readData: async (volume) => (world.has(volume, 'volume') ? world.get(volume, 'volume').data : null),
    snapshot: async () => engine.snapshot(),
  };
}
