/** Shuts a machine down, switches it off where that takes too long, or suspends it to disk. */
import { durationMs } from '../../../model/duration.ts';
import { TrueupError } from '../../../model/failure.ts';
import type { Json, JsonObject } from '../../../model/json.ts';
import { must } from '../virsh/virsh.ts';
import { waitFor } from '../../wait.ts';
import type { Changing } from './changing.ts';
import { bring, saved } from './bring.ts';
import { goOn } from './go-on.ts';
import { knownMachine } from './machine-at.ts';
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
}

/** Idempotent: what is off stays off, and what is gone is done. */
export async function stopMachine(
  changing: Changing,
  name: string,
  { grace, isLeaving = false }: StopOptions,
): Promise<JsonObject> {
  let found = await settledMachine(changing, name, 'Stopping');
  if (found === null) return { skipped: true };
  const { context } = changing;
  // What is remembered on disk would be lost as by a power cut.
  if (found.state.run_state === 'suspended') {
    const problem = await bringBack(changing, name, isLeaving);
    if (problem !== null)
      return { note: `what it remembers is lost, as by a power cut, for it does not come back: ${problem}` };
    found = await knownMachine(changing, name);
  }
  if (!found.state.isActive) return {};
  // What cannot go on is switched off.
  if (found.state.run_state === 'paused') await goOn(changing, found).catch(() => context.signal.throwIfAborted());
  const isDown = found.state.run_state !== 'dead' && (await shutDown(changing, name, durationMs(grace, GRACE_MS)));
  if (!isDown) await switchOff(changing, name);
  return { forced: !isDown };
}

/** Why it does not come back, where nobody wants it back: what keeps it from that must not keep it from going. */
async function bringBack(changing: Changing, name: string, isLeaving: boolean): Promise<string | null> {
  try {
    await startMachine(changing, name);
    return null;
  } catch (error) {
    changing.context.signal.throwIfAborted();
    if (!isLeaving || !(error instanceof TrueupError) || error.code === 'engine_unreachable') throw error;
    return error.message;
  }
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
