/**
 * The kind command. It never gets to see the kubeconfig of the user, whose context it would switch: contexts are written by trueup.
 * A cluster whose creation fails is kept, because kind would clean up by name alone, and may by then take down another one.
 */
import { mkdir, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { contextId, type Engine } from '../engine.ts';
import { refused } from './failures.ts';
import { type Call, mustRun } from './run.ts';

const CREATE_TIMEOUT_MS = 20 * 60_000;
const DELETE_TIMEOUT_MS = 3 * 60_000;
const LOAD_TIMEOUT_MS = 15 * 60_000;
const VERSION_TIMEOUT_MS = 10_000;

/** A cluster on an engine, as one of our checkouts makes it and takes it away. */
export interface Meant {
  readonly engine: Engine;
  /** The id that this checkout writes on what it makes. */
  readonly owner: string;
  readonly cluster: string;
}

export interface Creation {
  /** As YAML. */
  readonly document: string;
  /** `null`: the one that this kind takes by itself. */
  readonly image: string | null;
}

/** As kind says it, without the `v`; `null` for what is no version. */
export async function kindVersion(engine: Engine, signal: AbortSignal): Promise<string | null> {
  const output = await kind(engine, ['version'], { signal, timeoutMs: VERSION_TIMEOUT_MS });
  return /\bv(\d+\.\d+\.\d+\S*)/.exec(output)?.[1] ?? null;
}

export async function createCluster(meant: Meant, { document, image }: Creation, signal: AbortSignal): Promise<void> {
  const chosen = image === null ? [] : ['--image', image];
  const args = ['create', 'cluster', '--name', meant.cluster, '--retain', '--config', '-', ...chosen];
  await withFile(meant, (kubeconfig) =>
    kind(meant.engine, args, { signal, timeoutMs: CREATE_TIMEOUT_MS, input: document, kubeconfig }),
  );
}

/** Idempotent. */
export async function deleteCluster(meant: Meant, signal: AbortSignal): Promise<void> {
  const args = ['delete', 'cluster', '--name', meant.cluster];
  await withFile(meant, (kubeconfig) => kind(meant.engine, args, { signal, timeoutMs: DELETE_TIMEOUT_MS, kubeconfig }));
}

export async function loadArchive(
  engine: Engine,
  cluster: string,
  archive: string,
  signal: AbortSignal,
): Promise<void> {
  await kind(engine, ['load', 'image-archive', archive, '--name', cluster], { signal, timeoutMs: LOAD_TIMEOUT_MS });
}

async function kind(
  engine: Engine,
  args: readonly string[],
  options: Pick<Call, 'signal' | 'timeoutMs' | 'input' | 'kubeconfig'>,
): Promise<string> {
  const what = `kind ${args.slice(0, 2).join(' ')}`;
  const call = { program: 'kind', args, ...options } as const;
  return (await mustRun(engine, call, (stderr) => refused(engine, what, stderr))).toString('utf8');
}

/**
 * Where kind writes the kubeconfig of a cluster: a place of its own for each engine and checkout. kind, and all that it runs, is
 * told of it in the environment, by which what a killed trueup left running is known.
 */
export function scratchKubeconfig(
  { engine, owner, cluster }: Meant,
  { XDG_STATE_HOME: configured = '' }: NodeJS.ProcessEnv = process.env,
): string {
  // As the XDG rules have it, a relative path is ignored.
  const state = isAbsolute(configured) ? configured : join(homedir(), '.local', 'state');
  return join(state, 'trueup', 'kind', owner, contextId(engine, cluster), 'kubeconfig');
}

async function withFile(meant: Meant, act: (file: string) => Promise<unknown>): Promise<void> {
  const file = scratchKubeconfig(meant);
  const folder = dirname(file);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    await act(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
