/** Clusters for the contract suite, each harness with a folder of its own. What takes pods that run, kwok has none of. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { kwokDriver } from '../../../src/drivers/kwok/index.ts';
import type { DesiredResource } from '../../../src/model/desired.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { desiredResource, patched } from '../contract/desired.ts';
import type { ContractCommands, ContractHarness, ContractWorld, Lacks } from '../contract/harness.ts';
import { BUILT_PROGRAMS } from '../docker/build-programs.ts';
import { eventually } from '../eventually.ts';
import { processesOf } from '../processes-of.ts';

export const KWOK_LACKS: Lacks = {
  partial_answers: 'it is a folder, which is read or not',
  volumes: 'a cluster has no volumes of the host',
  renamed_volumes: 'a cluster has no volumes of the host',
  archives: 'a cluster has no volumes of the host',
  refill: 'a cluster has no volumes of the host',
  networks: 'its nodes are in no network',
  ports: 'kwokctl chooses its ports',
  pause: 'nothing pauses a cluster',
  ends: 'a cluster does not end by itself',
  asides: 'a cluster is not kept aside',
  secrets: 'nothing hands variables to a cluster',
  exec: 'its nodes run nothing',
  connect: 'its pods run nothing',
  logs: 'its pods write nothing',
  restart_fields: 'what its processes are started with is written down once',
};

const ENGINE = 'kwok';

/** The programs are on the PATH of this process. */
export async function kwokHarness(): Promise<ContractHarness> {
  const root = await mkdtemp(join(tmpdir(), 'trueup-kwok-'));
  return {
    driver: kwokDriver,
    engine: { name: ENGINE, driver: 'kwok', settings: { root } },
    unreachable: { name: 'nowhere', driver: 'kwok', settings: { root: join(BUILT_PROGRAMS, 'kwokctl', 'root') } },
    world: worldOf(root),
    commands: COMMANDS,
    vault: { reveal: () => '', mask: (text) => text },
    service: (key, _program, config = {}) => cluster(key, config),
    volume: () => null,
    network: () => null,
    mounting: (resource) => resource,
    joining: (resource) => resource,
    portOf: () => 0,
    edits: {
      in_place: { labels: { team: 'core' } },
      restart: null,
      replace: { feature_gates: { AnyVolumeDataSource: true } },
    },
    begun: (name, signal) => isBegun(join(root, 'clusters', name, 'trueup.json'), signal),
    // Its steps take seconds, and each cluster is a control plane.
    cutsMs: [300],
    many: 2,
    async end() {
      await killAll(root);
      await rm(root, { recursive: true, force: true });
    },
  };
}

const COMMANDS: ContractCommands = {
  print: () => [],
  exit: () => [],
  printVariable: () => [],
  fill: () => [],
  hang: [],
};

/** Whole, as the loader hands it over. Names of clusters hold no `_`. */
function cluster(key: string, config: JsonObject): DesiredResource {
  const plain = desiredResource('cluster', key, {
    engine: ENGINE,
    config: {
      kubernetes_version: null,
      nodes: {
        control_plane: { count: 1, labels: {}, taints: [] },
        workers: { count: 1, labels: {}, taints: [] },
      },
      port_mappings: {},
      mounts: {},
      registry_mirrors: {},
      pod_subnet: null,
      service_subnet: null,
      feature_gates: {},
      addons: {},
      kubeconfig: { path: null, context: null, merge: false, switch_context: false },
      run_state: 'running',
      ready: { system_pods: true, timeout: '5m' },
      health_check: null,
      dependencies: {},
      labels: {},
      driver_options: {},
    },
  });
  return patched({ ...plain, name: `contract-${key}` }, config);
}

function worldOf(root: string): ContractWorld {
  const run = async (...args: readonly string[]): Promise<void> => {
    await promisify(execFile)('kwokctl', args, { env: { ...process.env, KWOK_WORKDIR: root } });
  };
  return {
    kill: (name) => killAll(join(root, 'clusters', name)),
    pause: () => Promise.reject(new Error('nothing pauses a cluster')),
    remove: ({ name }) => run('delete', 'cluster', '--name', name, '--kubeconfig', join(root, 'kubeconfig')),
    write: () => Promise.reject(new Error('nothing writes')),
    writeData: () => Promise.reject(new Error('there are no volumes')),
    readData: () => Promise.resolve(null),
    snapshot: () => snapshotOf(root),
  };
}

/** Our mark is the first thing of a cluster. Resolves as well where nobody waits any more. */
async function isBegun(mark: string, signal: AbortSignal): Promise<void> {
  await eventually(() => signal.aborted || existsSync(mark), `${mark} to be written`);
}

/** All processes that have to do with a folder. */
async function killAll(folder: string): Promise<void> {
  await eventually(async () => {
    const pids = await processesOf(`${folder}/`, folder);
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    return pids.length === 0;
  }, `all processes of ${folder} to end`);
}

/** What the folders of clusters hold, but for what their processes write by themselves. */
async function snapshotOf(root: string): Promise<string> {
  const entries = await readdir(join(root, 'clusters'), { withFileTypes: true, recursive: true }).catch(() => []);
  const files = entries
    .filter((entry) => entry.isFile() && !/\/(etcd|logs)(\/|$)/.test(entry.parentPath))
    .map(({ parentPath, name }) => join(parentPath, name))
    .toSorted();
  const texts = await Promise.all(files.map(async (file) => `${file}\n${await readFile(file, 'utf8')}`));
  return texts.join('\n');
}
