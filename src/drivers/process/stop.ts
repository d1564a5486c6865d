/**
 * Brings a service down: the request, so that nothing is started any more; its signal, to the whole group; its grace;
 * then force, for every process that belongs to it; and a last look, because a stop is done when nothing is left. Each
 * part can be repeated, so that a stop that was cut short is ended by the next.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatDuration } from '../../model/duration.ts';
import { TrueupError } from '../../model/failure.ts';
import type { JsonObject } from '../../model/json.ts';
import type { StepContext } from '../step-context.ts';
import type { Engine } from './engine.ts';
import { FILES, objectFolder } from './layout.ts';
import { findMembers, isGone, type Members, signalMembers } from './members.ts';
import { findAlive, type ProcessInfo, sendSignal, waitUntil } from './processes.ts';
import { cancelLaunches, readRecords } from './records.ts';
import { isSignal } from './signals.ts';

export interface StopTerms {
  readonly stopSignal: string;
  readonly stopGraceMs: number;
}

/** How long a shim may take to record the end of what was just killed, before it is killed as well. */
const SHIM_GRACE_MS = 5000;
/** How long the kernel may take to end what was sent SIGKILL. */
const FORCE_MS = 30_000;

/** Idempotent: what is stopped, or was never there, stays so. */
export async function stopService(
  engine: Engine,
  name: string,
  terms: StopTerms,
  context: Pick<StepContext, 'signal' | 'progress'>,
): Promise<JsonObject> {
  const folder = objectFolder(engine.root, 'service', name);
  if (!existsSync(folder)) return { already_stopped: true };
  writeFileSync(join(folder, FILES.stop), '', { mode: 0o600 });
  await cancelLaunches(folder);
  const members = await findMembers(engine, name, context.signal);
  if (isGone(members)) return { already_stopped: true };
  await askToStop(engine, members, terms, context);
  await force(engine, name, members.others, context);
  return { exit_code: readRecords(folder).record?.exitCode ?? null };
}

async function askToStop(
  engine: Engine,
  members: Members,
  { stopSignal, stopGraceMs }: StopTerms,
  { signal, progress }: Pick<StepContext, 'signal' | 'progress'>,
): Promise<void> {
  const asked: NodeJS.Signals = isSignal(stopSignal) ? stopSignal : 'SIGTERM';
  signalMembers(members, asked);
  // What is stopped by SIGSTOP takes no other signal before it goes on.
  signalMembers(members, 'SIGCONT');
  // Between two runs of its command there is nobody to be graceful to.
  if (members.main === null && members.shim !== null) return;
  progress(`sent ${asked}, waiting up to ${formatDuration(stopGraceMs)}`);
  const all = [...members.others, ...(members.shim === null ? [] : [members.shim])];
  const areGone = async (): Promise<boolean> => {
    const table = await engine.processes.look(signal);
    return all.every((member) => findAlive(table, member) === null);
  };
  await waitUntil(areGone, stopGraceMs, signal);
}

async function force(
  engine: Engine,
  name: string,
  known: readonly ProcessInfo[],
  { signal, progress }: Pick<StepContext, 'signal' | 'progress'>,
): Promise<void> {
  const begun = performance.now();
  const isDone = async (): Promise<boolean> => {
    const left = await findMembers(engine, name, signal, known);
    if (isGone(left)) return true;
    for (const member of left.others) sendSignal(left.table, member, 'SIGKILL');
    if (left.shim !== null && performance.now() - begun > SHIM_GRACE_MS) sendSignal(left.table, left.shim, 'SIGKILL');
    return false;
  };
  if (await isDone()) return;
  progress('ending what is left by force');
  if (!(await waitUntil(isDone, FORCE_MS, signal)))
    throw stopTimeout(name, await findMembers(engine, name, signal, known));
}

function stopTimeout(name: string, { table, shim, others }: Members): TrueupError {
  const processes = [...(shim === null ? [] : [shim]), ...others];
  const list = processes.map(({ pid, state }) => `${pid} (${table.commandOf(pid)}, state ${state})`).join(', ');
  return new TrueupError('stop_timeout', `processes of ${name} outlived every signal: ${list}`, {
    fields: { name, pids: processes.map(({ pid }) => pid) },
    retryable: true,
    next: 'look at what they wait for, or whether they run as another user',
  });
}
