/** The contract suite's view of a container engine. */
import { mkdtemp, rm } from 'node:fs/promises';
import type { Driver } from '../../../src/drivers/driver.ts';
import type { DesiredResource } from '../../../src/model/desired.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { desiredResource, patched } from '../contract/desired.ts';
import type { ContractCommands, ContractHarness, Program } from '../contract/harness.ts';
import { dockerWorld, emptyEngine, TOLD } from './docker-world.ts';
import type { EngineUnderTest } from './engine-under-test.ts';
import { PLAIN_IMAGE } from './images.ts';

const ENGINE = 'docker';
const HOST_PORT = 18_080;
const SECRETS: Readonly<Record<string, string>> = { abc: 'hunter2-very-secret' };

/** The engine is shared by all checks, which come one after the other; each leaves it empty. */
export async function dockerHarness(driver: Driver, { host, calls }: EngineUnderTest): Promise<ContractHarness> {
  await emptyEngine(calls);
  await calls.post('/networks/create', { Name: OUTSIDE.name, CheckDuplicate: true });
  // Where the driver notes what running containers were told of mounted files.
  const notes = await mkdtemp('/tmp/trueup-contract-');
  const { XDG_STATE_HOME: state } = process.env;
  process.env['XDG_STATE_HOME'] = notes;
  return {
    driver,
    engine: { name: ENGINE, driver: ENGINE, settings: { host } },
    unreachable: { name: 'nobody', driver: ENGINE, settings: { host: 'unix:///tmp/trueup-nobody-listens.sock' } },
    world: dockerWorld(calls),
    commands: COMMANDS,
    vault: {
      reveal: ({ $secret }) => SECRETS[$secret] ?? '',
      mask: (text) => Object.values(SECRETS).reduce((masked, secret) => masked.replaceAll(secret, '***'), text),
    },
    sealer: { seal: (plain) => ({ $secret: nameOf(plain) }) },
    external: [OUTSIDE],
    service,
    volume: (key) => held('volume', key, { driver: 'local', driver_opts: {}, labels: {} }),
    network: (key) => held('network', key, NETWORK),
    mounting: (resource, { key, address }) => ({
      ...patched(resource, { storage: { volumes: { '/data': mountOf(key) } } }),
      uses: [...resource.uses, address],
    }),
    joining: (resource, { key, address }) => ({
      ...patched(resource, { networking: { networks: { [key]: attachment(['alias', resource.key]) } } }),
      uses: [...resource.uses, address],
    }),
    portOf: () => HOST_PORT,
    edits: {
      in_place: { resource_limits: { memory_limit: '128MiB' } },
      restart: { storage: { volumes: { [FILE_PATH]: { content: 'sha256:b' } } } },
      replace: { environment_variables: { COLOUR: 'blue' } },
    },
    async end() {
      if (state === undefined) delete process.env['XDG_STATE_HOME'];
      else process.env['XDG_STATE_HOME'] = state;
      await rm(notes, { recursive: true });
      await emptyEngine(calls);
    },
  };
}

function nameOf(plain: string): string {
  return Object.keys(SECRETS).find((name) => SECRETS[name] === plain) ?? 'unknown';
}

const NETWORK: JsonObject = {
  driver: 'bridge',
  driver_opts: {},
  internal: false,
  attachable: false,
  ipam: { driver: 'default', config: {} },
  labels: {},
};

/** Without a network nobody could reach into it. */
const OUTSIDE: DesiredResource = {
  ...held('network', 'outside', NETWORK),
  name: 'contract_outside',
  external: true,
};

const COMMANDS: ContractCommands = {
  print: (text) => ['echo', text],
  exit: (status) => ['sh', '-c', `exit ${status}`],
  printVariable: (name) => ['sh', '-c', `echo "$${name}"`],
  fill: (bytes) => ['sh', '-c', `head -c ${bytes - 1} /dev/zero | tr '\\0' x; printf '!'`],
  hang: ['sleep', '600'],
};

const PROGRAMS: Readonly<Record<Program, readonly string[]>> = {
  runs: ['sleep', '600'],
  exits_0: ['sh', '-c', 'exit 0'],
  exits_1: ['sh', '-c', 'exit 1'],
  listens: ['httpd', '-f', '-p', '80', '-h', '/tmp'],
  writes: ['sh', '-c', `printf 'line 1\\nline 2\\nline 3\\n' >${TOLD}; exec tail -n +1 -f ${TOLD}`],
};

/** Whole, as the loader hands it over: every default filled in. */
function service(key: string, program: Program, config: JsonObject = {}): DesiredResource {
  const port = { host_port: HOST_PORT, container_port: 80, protocol: 'tcp', host_ip: null };
  const plain = desiredResource('service', key, {
    engine: ENGINE,
    config: {
      type: 'application',
      role: null,
      process: null,
      container: {
        image: PLAIN_IMAGE,
        platform: null,
        entrypoint: null,
        command: PROGRAMS[program],
        user: null,
        working_dir: null,
        // It passes signals on, so that a stop takes no grace time.
        init: true,
        restart: 'no',
        pull_policy: 'missing',
        stop_signal: null,
        stop_grace_period: '10s',
      },
      environment_variables: {},
      networking: {
        hostname: null,
        ports: program === 'listens' ? { [`${HOST_PORT}/tcp`]: port } : {},
        networks: { [OUTSIDE.key]: attachment([key]) },
      },
      storage: { volumes: { [FILE_PATH]: FILE }, tmpfs: {} },
      health_check: null,
      dependencies: {},
      resource_limits: {
        cpu_limit: null,
        memory_limit: '64MiB',
        cpu_reservation: null,
        memory_reservation: null,
      },
      labels: {},
      run_state: 'running',
    },
  });
  return { ...patched(plain, config), uses: [OUTSIDE.address] };
}

function held(type: 'volume' | 'network', key: string, config: JsonObject): DesiredResource {
  return desiredResource(type, key, { engine: ENGINE, config });
}

const FILE_PATH = '/etc/contract';

/** Any file of the host will do. */
const FILE: JsonObject = {
  type: 'bind',
  volume: null,
  host_path: import.meta.filename,
  container_path: FILE_PATH,
  mode: 'ro',
  watch_content: 'restart',
  content: 'sha256:a',
};

function mountOf(volume: string): JsonObject {
  return {
    type: 'volume',
    volume,
    host_path: null,
    container_path: '/data',
    mode: 'rw',
    watch_content: null,
    content: null,
  };
}

function attachment(aliases: readonly string[]): JsonObject {
  return { aliases, ipv4_address: null, ipv6_address: null };
}
