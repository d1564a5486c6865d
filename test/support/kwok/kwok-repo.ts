/** A repo that declares one cluster of kwok, in a folder of its own, and what tests do with it. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { type CliResult, type ScratchRepo, scratchRepo } from '../cli.ts';
import { BUILT_PROGRAMS } from '../docker/build-programs.ts';
import { buildKubernetes, CONTROL_PLANE } from '../kubernetes/build-kubernetes.ts';

export interface KwokRepo extends ScratchRepo {
  /** The folder of the cluster. */
  readonly folder: string;
  readonly kubeconfig: string;
  /** Declares fields otherwise, as YAML, and commits. `null` takes a field out. */
  declare(fields: Readonly<Record<string, string | null>>): Promise<void>;
  /** Declares these fields alone. */
  only(fields: Readonly<Record<string, string | null>>): Promise<void>;
  /** Runs the command, which has to succeed. */
  done(args: readonly string[]): Promise<CliResult>;
  applied(): Promise<void>;
  plan(): Promise<string>;
  /** `<address> <path> <effect>` of all that a plan would change. */
  differences(): Promise<readonly string[]>;
  /** `<address> <path> <cause>` of all drift, sorted; the exit status says whether there is any. */
  drift(): Promise<readonly string[]>;
  /** Runs kwokctl as a person would, for the same folder. */
  kwokctl(...args: readonly string[]): Promise<string>;
  /** Runs kubectl with the kubeconfig that kwokctl has written. */
  kubectl(...args: readonly string[]): Promise<string>;
  /** What is left of making things beside clusters. */
  workshops(): Promise<readonly string[]>;
  /** All that is left: folders of clusters, and processes. */
  remains(): Promise<readonly string[]>;
}

export const CLUSTER = 'demo-dev';

const MANIFEST = 'environments/local/environment.yaml';

/** The programs are built first, where they are not yet. */
export async function kwokRepo(
  fields: Readonly<Record<string, string>> = {},
  files: Readonly<Record<string, string>> = {},
): Promise<KwokRepo> {
  const lacks = await buildKubernetes(CONTROL_PLANE);
  if (lacks !== null) throw new Error(lacks);
  let declared: Readonly<Record<string, string>> = { driver: 'kwok', ...fields };
  const scratch = await scratchRepo({ [MANIFEST]: manifest(declared), ...files });
  scratch.env['PATH'] = `${BUILT_PROGRAMS}${delimiter}${process.env['PATH'] ?? ''}`;
  const engine = join(scratch.scratch, 'state', 'trueup', 'kwok');
  const folder = join(engine, 'clusters', CLUSTER);
  const kubeconfig = join(folder, 'kubeconfig.yaml');
  const run = async (program: string, args: readonly string[]): Promise<string> => {
    const env = { ...scratch.env, KWOK_WORKDIR: engine };
    const { stdout } = await promisify(execFile)(join(BUILT_PROGRAMS, program), args, { env });
    return stdout.trim();
  };
  const write = async (wanted: Readonly<Record<string, string>>): Promise<void> => {
    declared = wanted;
    await scratch.write({ [MANIFEST]: manifest(wanted) });
    await scratch.commit();
  };
  const done = async (args: readonly string[]): Promise<CliResult> => {
    const result = await scratch.trueup(args);
    expect(result, `${result.stdout}\n${result.stderr}`).toMatchObject({ status: 0 });
    return result;
  };
  return {
    ...scratch,
    folder,
    kubeconfig,
    declare: (changed) => write(withoutNulls({ ...declared, ...changed })),
    only: (wanted) => write({ driver: 'kwok', ...withoutNulls(wanted) }),
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
    async drift() {
      const { status, stdout, stderr } = await scratch.trueup(['drift', 'local', '--output', 'json']);
      expect([0, 2], stdout + stderr).toContain(status);
      const { resource_drift: found } = JSON.parse(stdout) as DriftReport;
      const lines = found.flatMap(({ address, differences }) =>
        differences.map(({ field_path: path, cause }) => `${address} ${path} ${cause}`),
      );
      expect(status, stdout).toBe(lines.length === 0 ? 0 : 2);
      return lines.toSorted();
    },
    kwokctl: (...args) => run('kwokctl', args),
    kubectl: (...args) => run('kubectl', ['--kubeconfig', kubeconfig, ...args]),
    workshops: () => namesIn(join(engine, 'workshop')),
    remains: async () => [
      ...(await namesIn(join(engine, 'clusters'))),
      ...(await namesIn(join(engine, 'workshop'))),
      ...(await scratch.processes()).map(String),
    ],
  };
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return existsSync(folder) ? readdir(folder) : [];
}

interface DriftReport {
  readonly resource_drift: readonly {
    readonly address: string;
    readonly differences: readonly { readonly field_path: string; readonly cause: string }[];
  }[];
}

interface Plan {
  readonly resource_changes: readonly {
    readonly address: string;
    readonly differences: readonly { readonly field_path: string; readonly effect: string }[];
  }[];
}

function withoutNulls(fields: Readonly<Record<string, string | null>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}

function manifest(fields: Readonly<Record<string, string>>): string {
  const lines = Object.entries(fields).map(([name, value]) => `    ${name}: ${value}\n`);
  return `name: local\ntype: local\nproject: demo\nclusters:\n  dev:\n${lines.join('')}`;
}
