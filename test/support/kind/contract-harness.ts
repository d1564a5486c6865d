/** Clusters of kind for the contract suite, on the engine under test: each harness begins with none of those that others have left. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { kindDriver } from '../../../src/drivers/kind/index.ts';
import type { DesiredResource } from '../../../src/model/desired.ts';
import { isJsonObject, type JsonObject, memberAt } from '../../../src/model/json.ts';
import { desiredResource, patched } from '../contract/desired.ts';
import type { ContractCommands, ContractHarness, ContractWorld, Lacks } from '../contract/harness.ts';
import { eventually } from '../eventually.ts';
import { engineUnderTest } from '../docker/engine-under-test.ts';
import { HostSettings } from './host-settings.ts';
import { BARE_OPTIONS, provideNodeImage } from './kind-repo.ts';
import { NODE_IMAGE } from './node-image.ts';

export const KIND_CANNOT: Lacks = {
  partial_answers: 'its volumes are its own',
  volumes: 'a cluster has no volumes of the host',
  renamed_volumes: 'a cluster has no volumes of the host',
  archives: 'a cluster has no volumes of the host',
  refill: 'a cluster has no volumes of the host',
  networks: 'its nodes are in the network of kind',
  ports: 'who holds a port is asked by life.test.ts',
  ends: 'a cluster does not end by itself',
  asides: 'a cluster is not kept aside',
  secrets: 'nothing hands variables to a cluster',
  environment: 'a node has the variables of its image',
  logs: 'its nodes write what their system writes',
  restart_fields: 'what its nodes are started with is settled once',
  killed_is_told: 'a node that was killed looks like one that did not end in time',
  quick_making: 'each takes a quarter of a minute; crash.test.ts cuts it off by kill -9',
};

const ENGINE = 'nodes';
const API_PORT = 6443;

export async function kindHarness(): Promise<ContractHarness> {
  const { host } = engineUnderTest();
  const settings = await HostSettings.note();
  const run = runner(host);
  await provideNodeImage((...args) => run('docker', args));
  await removeAll(run);
  return {
    driver: kindDriver,
    engine: { name: ENGINE, driver: 'kind', settings: { host } },
    unreachable: { name: 'nowhere', driver: 'kind', settings: { host: `${host}.none` } },
    world: worldOf(run),
    commands: COMMANDS,
    vault: { reveal: () => '', mask: (text) => text },
    service: (key, _program, config = {}) => cluster(key, config),
    volume: () => null,
    network: () => null,
    mounting: (resource) => resource,
    joining: (resource) => resource,
    portOf: () => API_PORT,
    edits: {
      in_place: { labels: { team: 'core' } },
      restart: null,
      replace: { feature_gates: { APIResponseCompression: false } },
    },
    begun: (name, signal) => nodeRuns(run, name, signal),
    cutsMs: [100],
    async end() {
      await removeAll(run);
      await settings[Symbol.asyncDispose]();
    },
  };
}

const COMMANDS: ContractCommands = {
  print: (text) => ['echo', text],
  exit: (status) => ['sh', '-c', `exit ${status}`],
  printVariable: (name) => ['sh', '-c', `echo "$${name}"`],
  fill: (bytes) => ['sh', '-c', `head -c ${bytes - 1} /dev/zero | tr '\\0' x; printf '!'`],
  hang: ['sleep', '1000'],
};

/** Whole, as the loader hands it over. Names of clusters hold no `_`. */
function cluster(key: string, config: JsonObject): DesiredResource {
  const group = { labels: {}, taints: [] };
  const plain = desiredResource('cluster', key, {
    engine: ENGINE,
    config: {
      kubernetes_version: NODE_IMAGE.replace(/^.*:/, ''),
      nodes: { control_plane: { count: 1, ...group }, workers: { count: 0, ...group } },
      port_mappings: {},
      mounts: {},
      registry_mirrors: {},
      pod_subnet: null,
      service_subnet: null,
      feature_gates: {},
      addons: {},
      kubeconfig: { path: null, context: null, merge: false, switch_context: false },
      run_state: 'running',
      ready: { system_pods: false, timeout: '5m' },
      health_check: null,
      dependencies: {},
      labels: {},
      driver_options: BARE_OPTIONS,
    },
  });
  return patched({ ...plain, name: `contract-${key}` }, config);
}

type Run = (program: 'docker' | 'kind', args: readonly string[]) => Promise<string>;

function runner(host: string): Run {
  return async (program, args) => {
    const env = { ...process.env, DOCKER_HOST: host, KUBECONFIG: '/dev/null' };
    const { stdout } = await promisify(execFile)(program, args, { env, maxBuffer: 64 * 1024 * 1024 });
    return stdout.trim();
  };
}

async function nodesOf(run: Run, filter: string): Promise<readonly string[]> {
  const listed = await run('docker', ['ps', '--all', '--filter', filter, '--format', '{{.Names}}']);
  return listed.split('\n').filter((name) => name.startsWith('contract-'));
}

async function removeAll(run: Run): Promise<void> {
  const nodes = await nodesOf(run, 'label=io.x-k8s.kind.cluster');
  if (nodes.length > 0) await run('docker', ['rm', '--force', '--volumes', ...nodes]);
}

/** Resolves once it has a node that runs. */
async function nodeRuns(run: Run, name: string, signal: AbortSignal): Promise<void> {
  await eventually(async () => {
    signal.throwIfAborted();
    return (await run('docker', ['ps', '--quiet', '--filter', `label=io.x-k8s.kind.cluster=${name}`])) !== '';
  }, `a node of ${name}`);
}

function worldOf(run: Run): ContractWorld {
  const each = async (verb: string, name: string): Promise<void> => {
    await run('docker', [verb, ...(await nodesOf(run, `label=io.x-k8s.kind.cluster=${name}`))]);
  };
  return {
    kill: (name) => each('kill', name),
    pause: (name) => each('pause', name),
    remove: async ({ name }) => void (await run('kind', ['delete', 'cluster', '--name', name])),
    write: () => Promise.reject(new Error('nothing writes')),
    writeData: () => Promise.reject(new Error('there are no volumes')),
    readData: () => Promise.resolve(null),
    snapshot: () => snapshotOf(run),
  };
}

/** Which node containers there are, since when they run, and what stands in them. */
async function snapshotOf(run: Run): Promise<string> {
  const nodes = await nodesOf(run, 'label=io.x-k8s.kind.cluster');
  if (nodes.length === 0) return '';
  const found: unknown = JSON.parse(await run('docker', ['inspect', ...nodes]));
  const told = (Array.isArray(found) ? found : [])
    .filter(isJsonObject)
    .map((node) => [
      ...['Id', 'Name', 'Image'].map((name) => node[name]),
      ...['Status', 'StartedAt'].map((name) => memberAt(node, 'State', name)),
      memberAt(node, 'HostConfig', 'Binds'),
    ]);
  return JSON.stringify(told);
}
