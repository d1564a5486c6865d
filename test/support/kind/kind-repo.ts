/** A repo that declares one cluster of kind on the engine under test, and what tests do with it. */
import { execFile } from 'node:child_process';
import { delimiter } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import type { JsonObject } from '../../../src/model/json.ts';
import { type CliResult, type ScratchRepo, scratchRepo } from '../cli.ts';
import { BUILT_PROGRAMS } from '../docker/build-programs.ts';
import { engineUnderTest } from '../docker/engine-under-test.ts';
import { eventually } from '../eventually.ts';
import { HostSettings } from './host-settings.ts';
import { NODE_IMAGE, nodeArchive } from './node-image.ts';

export interface KindRepo extends ScratchRepo {
  /** Declares fields otherwise, as YAML, and commits. `null` takes a field out. */
  declare(fields: Readonly<Record<string, string | null>>): Promise<void>;
  /** Runs the command, which has to succeed. */
  done(args: readonly string[]): Promise<CliResult>;
  applied(): Promise<void>;
  plan(): Promise<string>;
  /** `<address> <path> <effect>` of all that a plan would change. */
  differences(): Promise<readonly string[]>;
  /** The addresses that a drift check finds otherwise than declared; it has to end as that says. */
  drifted(): Promise<readonly string[]>;
  /** Resolves once the API server says that it is ready. */
  answering(): Promise<void>;
  isAnswering(): Promise<boolean>;
  /** As a person would, on the same engine. */
  docker(...args: readonly string[]): Promise<string>;
  kind(...args: readonly string[]): Promise<string>;
  /** In the first node, as it is by itself. */
  kubectl(...args: readonly string[]): Promise<string>;
  /** The node containers that there are. */
  nodes(): Promise<readonly string[]>;
}

export const CLUSTER = 'demo-dev';
export const FIRST_NODE: string = `${CLUSTER}-control-plane`;

const MANIFEST = 'environments/local/environment.yaml';

/** Newer versions refuse the first generation of cgroups, which some machines still have. */
const KUBELET_PATCH: string =
  'kind: KubeletConfiguration\napiVersion: kubelet.config.k8s.io/v1beta1\nfailCgroupV1: false\n';

/** Real, and without what only pods would need: it is there sooner, and goes on with less. */
export const BARE_OPTIONS: JsonObject = {
  kubeadmConfigPatches: [KUBELET_PATCH],
  networking: { disableDefaultCNI: true, kubeProxyMode: 'none' },
};

const USUAL: Readonly<Record<string, string>> = {
  engine: 'nodes',
  driver_options: JSON.stringify({ kubeadmConfigPatches: [KUBELET_PATCH] }),
  kubernetes_version: NODE_IMAGE.replace(/^.*:/, ''),
  // Pods of the system are there long after nodes are ready, and most tests have nothing to do with them.
  ready: '{ system_pods: false, timeout: 10m }',
};

/** The node image is put into the engine, once per engine. */
export async function kindRepo(
  fields: Readonly<Record<string, string>> = {},
  files: Readonly<Record<string, string>> = {},
): Promise<KindRepo> {
  const { host } = engineUnderTest();
  const settings = await HostSettings.note();
  let declared: Readonly<Record<string, string>> = { ...USUAL, ...fields };
  const manifest = (): string => manifestText(host, declared);
  const scratch = await scratchRepo({ [MANIFEST]: manifest(), ...files });
  scratch.env['PATH'] = `${BUILT_PROGRAMS}${delimiter}${process.env['PATH'] ?? ''}`;
  delete scratch.env['DOCKER_HOST'];
  const run = async (program: string, args: readonly string[]): Promise<string> => {
    const env = { ...scratch.env, DOCKER_HOST: host };
    const { stdout } = await promisify(execFile)(program, args, { env, maxBuffer: 64 * 1024 * 1024 });
    return stdout.trim();
  };
  const docker = (...args: readonly string[]): Promise<string> => run('docker', args);
  const kubectl = (...args: readonly string[]): Promise<string> => docker('exec', FIRST_NODE, 'kubectl', ...args);
  const isAnswering = (): Promise<boolean> =>
    kubectl('get', '--raw', '/readyz', '--request-timeout=2s').then(
      (said) => said === 'ok',
      () => false,
    );
  const done = async (args: readonly string[]): Promise<CliResult> => {
    const result = await scratch.trueup(args);
    expect(result, `${result.stdout}\n${result.stderr}`).toMatchObject({ status: 0 });
    return result;
  };
  await provideNodeImage(docker);
  return {
    ...scratch,
    async declare(changed) {
      const merged = Object.entries({ ...declared, ...changed });
      declared = Object.fromEntries(merged.flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
      await scratch.write({ [MANIFEST]: manifest() });
      await scratch.commit();
    },
    done,
    async applied() {
      await done(['apply', 'local', '--auto-approve']);
    },
    plan: async () => (await done(['plan', 'local'])).stdout,
    async differences() {
      const { stdout } = await done(['plan', 'local', '--output', 'json']);
      const { resource_changes: changes } = JSON.parse(stdout) as Plan;
      return changes.flatMap((change) =>
        change.differences.map(({ field_path: path, effect }) => `${change.address} ${path} ${effect}`),
      );
    },
    async drifted() {
      const { status, stdout } = await scratch.trueup(['drift', 'local', '--output', 'json']);
      const { resource_drift: drift } = JSON.parse(stdout) as DriftReport;
      expect(status, stdout).toBe(drift.length === 0 ? 0 : 2);
      return drift.map(({ address }) => address);
    },
    isAnswering,
    async answering() {
      await eventually(isAnswering, 'the API server to be ready');
    },
    docker,
    kind: (...args) => run('kind', args),
    kubectl,
    async nodes() {
      const listed = await docker(
        'ps',
        '--all',
        '--filter',
        `label=io.x-k8s.kind.cluster=${CLUSTER}`,
        '--format',
        '{{.Names}}',
      );
      return listed === '' ? [] : listed.split('\n').toSorted();
    },
    async [Symbol.asyncDispose]() {
      await run('kind', ['delete', 'cluster', '--name', CLUSTER]);
      await scratch[Symbol.asyncDispose]();
      await settings[Symbol.asyncDispose]();
    },
  };
}

/** Once per engine. */
export async function provideNodeImage(docker: (...args: readonly string[]) => Promise<string>): Promise<void> {
  if ((await docker('image', 'ls', '--quiet', NODE_IMAGE)) !== '') return;
  await docker('load', '--quiet', '--input', await nodeArchive());
}

interface Plan {
  readonly resource_changes: readonly {
    readonly address: string;
    readonly differences: readonly { readonly field_path: string; readonly effect: string }[];
  }[];
}

interface DriftReport {
  readonly resource_drift: readonly { readonly address: string }[];
}

function manifestText(host: string, fields: Readonly<Record<string, string>>): string {
  const lines = Object.entries(fields).map(([name, value]) => `    ${name}: ${value}\n`);
  return `name: local
type: local
project: demo
engines:
  nodes: { driver: kind, host: "${host}" }
  containers: { driver: docker, host: "${host}" }
clusters:
  dev:
${lines.join('')}`;
}
