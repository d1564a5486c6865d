/**
 * The kind command. It never gets to see the kubeconfig of the user, whose context it would switch: contexts are written by trueup.
 * A cluster whose creation fails is kept, because kind would clean up by name alone, and may by then take down another one.
 */
import { mkdir, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { Engine } from '../engine.ts';
import { refused } from './failures.ts';
import { mustRun } from './run.ts';

const CREATE_TIMEOUT_MS = 20 * 60_000;
const DELETE_TIMEOUT_MS = 3 * 60_000;
const LOAD_TIMEOUT_MS = 15 * 60_000;
const VERSION_TIMEOUT_MS = 10_000;

export interface Creation {
  readonly cluster: string;
  /** As YAML. */
  readonly document: string;
  /** `null`: the one that this kind takes by itself. */
  readonly image: string | null;
}

/** As kind says it, without the `v`; `null` for what is no version. */
export async function kindVersion(engine: Engine, signal: AbortSignal): Promise<string | null> {
  const output = await kind(engine, ['version'], signal, VERSION_TIMEOUT_MS);
  return /\bv(\d+\.\d+\.\d+\S*)/.exec(output)?.[1] ?? null;
}

export async function createCluster(engine: Engine, creation: Creation, signal: AbortSignal): Promise<void> {
  const { cluster, document, image } = creation;
  const chosen = image === null ? [] : ['--image', image];
  await withFile(cluster, (file) =>
    kind(
      engine,
      ['create', 'cluster', '--name', cluster, '--retain', '--kubeconfig', file, '--config', '-', ...chosen],
      signal,
      CREATE_TIMEOUT_MS,
      document,
    ),
  );
}

/** Idempotent. */
export async function deleteCluster(engine: Engine, cluster: string, signal: AbortSignal): Promise<void> {
  await withFile(cluster, (file) =>
    kind(engine, ['delete', 'cluster', '--name', cluster, '--kubeconfig', file], signal, DELETE_TIMEOUT_MS),
  );
}

export async function loadArchive(
  engine: Engine,
  cluster: string,
  archive: string,
  signal: AbortSignal,
): Promise<void> {
  await kind(engine, ['load', 'image-archive', archive, '--name', cluster], signal, LOAD_TIMEOUT_MS);
}

async function kind(
  engine: Engine,
  args: readonly string[],
  signal: AbortSignal,
  timeoutMs: number,
  input?: string,
): Promise<string> {
  const call = { program: 'kind', args, signal, timeoutMs, ...(input === undefined ? {} : { input }) } as const;
  const what = `kind ${args.slice(0, 2).join(' ')}`;
  return (await mustRun(engine, call, (stderr) => refused(engine, what, stderr))).toString('utf8');
}

/** Where kind writes the kubeconfig of a cluster: a place of its own, by which a kind that a killed trueup left is known. */
export function scratchFolder(
  cluster: string,
  { XDG_STATE_HOME: configured = '' }: NodeJS.ProcessEnv = process.env,
): string {
  // As the XDG rules have it, a relative path is ignored.
  const state = isAbsolute(configured) ? configured : join(homedir(), '.local', 'state');
  return join(state, 'trueup', 'kind', cluster);
}

async function withFile(cluster: string, act: (file: string) => Promise<unknown>): Promise<void> {
  const folder = scratchFolder(cluster);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    await act(join(folder, 'kubeconfig'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
