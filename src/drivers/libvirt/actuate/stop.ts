/** Shuts a machine down, switches it off where that takes too long, or suspends it to disk. */
import { durationMs } from '../../../model/duration.ts';
import { TrueupError } from '../../../model/failure.ts';
import type { Json, JsonObject } from '../../../model/json.ts';
import { orGiveUp } from '../virsh/failures.ts';
import { must } from '../virsh/virsh.ts';
import { waitFor } from '../../wait.ts';
import type { Changing } from './changing.ts';
import { bring, saved } from './bring.ts';
import { goOn } from './go-on.ts';
import { isFileGone } from './lost-memory.ts';
import { knownMachine, machineAt } from './machine-at.ts';
import { settledMachine } from './settled.ts';
import { startMachine } from './start.ts';

const GRACE_MS = 30_000;
const LONGEST_PAUSE_MS = 1000;
/** A guest that is booting hears nothing yet. */
const ASK_AGAIN_MS = 5000;

export interface StopOptions {
  readonly grace: Json;
  /** Whether it goes for good after this. */
  readonly isLeaving?: boolean;
  /** Whether its disks go as well: then nobody needs what it remembers. */
  readonly isSwept?: boolean;
}

/** Idempotent: what is off stays off, and what is gone is done. */
export async function stopMachine(
  changing: Changing,
  name: string,
  { grace, isLeaving = false, isSwept = false }: StopOptions,
): Promise<JsonObject> {
  const graceMs = durationMs(grace, GRACE_MS);
  let found = await settledMachine(changing, name, { Stopping: 0, Starting: graceMs });
  if (found === null) return { skipped: true };
  const { context } = changing;
  // There is no guest yet that could hear anything.
  if (found.state.vm_status === 'Starting') {
    await switchOff(changing, name);
    if (!isSwept) await assertNothingRemembered(changing, name);
    return { forced: true };
  }
  // What is remembered on disk would be lost as by a power cut.
  if (found.state.run_state === 'suspended') {
    const problem = await bringBack(changing, name, { isLeaving, isSwept });
    if (problem !== null)
      return { note: `what it remembers is lost, as by a power cut, for it does not come back: ${problem}` };
    found = await knownMachine(changing, name);
  }
  if (!found.state.isActive) return {};
  // What cannot go on is switched off.
  if (found.state.run_state === 'paused') await goOn(changing, found).catch(() => context.signal.throwIfAborted());
  const isDown = found.state.run_state !== 'dead' && (await shutDown(changing, name, graceMs));
  if (!isDown) await switchOff(changing, name);
  return { forced: !isDown };
}

/**
 * Why it does not come back, where it never will, or nobody wants it back: what keeps it from that must not keep it from going. Its
 * disks stay otherwise, and would stay as after a power cut for a reason that passes.
 */
async function bringBack(
  changing: Changing,
  name: string,
  { isLeaving, isSwept }: Required<Pick<StopOptions, 'isLeaving' | 'isSwept'>>,
): Promise<string | null> {
  try {
    await startMachine(changing, name);
    return null;
  } catch (error) {
    changing.context.signal.throwIfAborted();
    if (!isLeaving || !(error instanceof TrueupError) || error.code === 'engine_unreachable') throw error;
    if (isSwept || isFileGone(error.message)) return error.message;
    throw error;
  }
}

/** What hung on its way back from disk is there again once it is switched off: then it is not down, and nothing is lost yet. */
async function assertNothingRemembered(changing: Changing, name: string): Promise<void> {
  const now = await machineAt(changing, name);
  if (now?.state.run_state !== 'suspended') return;
  const hung = `machine ${name} hung when it was brought back from disk, and is suspended as before`;
  const next = 'look at its console, and start it again';
  throw orGiveUp(changing.virsh.engine, name, new TrueupError('stop_timeout', hung, { retryable: true, next }));
}

/** Whether it went down in its time. */
async function shutDown(changing: Changing, name: string, graceMs: number): Promise<boolean> {
  const { virsh, context } = changing;
  const deadline = Date.now() + graceMs;
  let askedAt = 0;
  let pause = 100;
  while (Date.now() < deadline) {
    context.signal.throwIfAborted();
    if (Date.now() - askedAt >= ASK_AGAIN_MS) {
      await virsh.ask([['shutdown', name]], context.signal);
      askedAt = Date.now();
    }
    await waitFor(Math.max(0, Math.min(pause, deadline - Date.now())), context.signal);
    pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS);
    if (!(await isActive(changing, name))) return true;
  }
  return false;
}

export async function switchOff(changing: Changing, name: string): Promise<void> {
  const { virsh, context } = changing;
  const [answer] = await virsh.ask([['destroy', name]], context.signal);
  if (answer?.stderr === '' || !(await isActive(changing, name))) return;
  throw new TrueupError('stop_timeout', `machine ${name} cannot be switched off: ${answer?.stderr ?? ''}`, {
    fields: { name },
    next: 'look for its QEMU process on the host',
  });
}

async function isActive({ virsh, context }: Changing, name: string): Promise<boolean> {
  const names = await must(virsh, ['list', '--name'], context.signal);
  return names.split('\n').some((line) => line.trim() === name);
}

/** Idempotent: what is suspended to disk stays so. What does not run is started for it. */
export async function suspendMachine(changing: Changing, name: string, isNeighbour = false): Promise<JsonObject> {
  const found = await settledMachine(changing, name);
  if (found === null && isNeighbour) return { skipped: true };
  const { run_state: state } = (found ?? (await knownMachine(changing, name))).state;
  if (state === 'suspended') return {};
  if (state === 'dead') await switchOff(changing, name);
  if (state !== 'running') await startMachine(changing, name);
  await bring(changing, name, saved(name));
  return {};
}
