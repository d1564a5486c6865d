/**
 * Launches a shim and waits until it and its command are recorded. The launch's folder exists before the shim does, and
 * the shim runs nothing before it has claimed it; so whenever this process dies, the launch is either still to be
 * cancelled or on record.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { TrueupError } from '../../model/failure.ts';
import type { Engine } from './engine.ts';
import { isOddVariable } from './environment.ts';
import { LAUNCH_PREFIX, type Marker } from './layout.ts';
import { waitUntil } from './processes.ts';
import { cancelLaunches } from './records.ts';
import { readShimRecord, type ShimRecord } from './shim-record.ts';
import { shimArguments } from './shim.ts';

export interface LaunchRequest {
  readonly name: string;
  readonly folder: string;
  readonly digest: string;
  /** The program as an absolute path, and its arguments. */
  readonly words: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly marker: Marker;
}

/** A machine under heavy load needs seconds for what else takes milliseconds. */
const DEADLINE_MS = 20_000;

export async function launch(engine: Engine, request: LaunchRequest, signal: AbortSignal): Promise<ShimRecord> {
  const { name, folder, digest } = request;
  const id = randomBytes(6).toString('hex');
  const boot = await engine.processes.boot();
  mkdirSync(join(folder, LAUNCH_PREFIX + id), { mode: 0o700 });
  const shim = startShim(
    engine,
    request,
    shimArguments(engine.shell, { title: `trueup:${name}`, folder, launch: id, boot, digest }),
  );
  let record: ShimRecord | null = null;
  const isRecorded = (): boolean => {
    record = readShimRecord(folder);
    return record?.id === id && record.phase !== 'starting';
  };
  await waitUntil(() => isRecorded() || shim.ended() !== null, DEADLINE_MS, signal);
  if (isRecorded() && record !== null) {
    rmSync(join(folder, LAUNCH_PREFIX + id), { recursive: true, force: true });
    return record;
  }
  await cancelLaunches(folder);
  throw new TrueupError(
    'step_failed',
    `the supervisor of ${name} did not come up: ${shim.ended() ?? 'no sign of it yet'}`,
    {
      fields: { name },
      retryable: true,
      next: `look whether ${folder} can be written to`,
    },
  );
}

function startShim(
  engine: Engine,
  { words, cwd, environment, marker }: LaunchRequest,
  shimWords: readonly string[],
): { ended(): string | null } {
  let ended: string | null = null;
  let child: ChildProcess;
  const env = { [marker.name]: marker.value, ...shimEnvironment(words, cwd, environment) };
  try {
    child = spawn(engine.shell.file, shimWords, { cwd: '/', detached: true, stdio: 'ignore', env });
  } catch (error) {
    return { ended: () => (error instanceof Error ? error.message : String(error)) };
  }
  child.once('error', (error) => {
    ended = error.message;
  });
  child.once('exit', (code, by) => {
    ended = `it ended with ${by ?? `status ${code}`}`;
  });
  child.unref();
  return { ended: () => ended };
}

/** What the child of the shim turns into the command's words and environment; see shim.ts. */
function shimEnvironment(
  command: readonly string[],
  cwd: string,
  environment: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const variables = Object.entries(environment);
  const odd = variables.filter(([name]) => isOddVariable(name)).map(([name, value]) => `${name}=${value}`);
  const plain = variables.filter(([name]) => !isOddVariable(name)).map(([name, value]) => `${name}=${value}`);
  const words = odd.length === 0 ? command : ['/usr/bin/env', ...odd, ...command];
  return {
    PATH: process.env['PATH'] ?? '/usr/bin:/bin:/usr/sbin:/sbin',
    TRUEUP_SHIM_CWD: cwd,
    ...numbered('TRUEUP_SHIM_WORD', words),
    ...numbered('TRUEUP_SHIM_VARIABLE', plain),
  };
}

function numbered(prefix: string, values: readonly string[]): Readonly<Record<string, string>> {
  const entries = values.map((value, index) => [`${prefix}_${index}`, value] as const);
  return { [`${prefix}S`]: String(values.length), ...Object.fromEntries(entries) };
}
