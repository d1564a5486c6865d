/** Starts a machine, or lets it go on. */
import type { JsonObject } from '../../../model/json.ts';
import { scalarText } from '../../../model/json.ts';
import { parseSize } from '../../../model/quantity.ts';
import { readSystem } from '../domain/system.ts';
import type { DomainSight } from '../observe/look.ts';
import { runMarkCommand } from '../run-mark.ts';
import { refused } from '../virsh/failures.ts';
import { must } from '../virsh/virsh.ts';
import type { Changing } from './changing.ts';
import { emptyConsole } from './consoles.ts';
import { knownMachine, machineAt } from './machine-at.ts';
import { assertMemory } from './room.ts';

/** QEMU takes its time on a busy host, and a restored machine reads all of its memory. */
export const START_TIMEOUT_MS = 300_000;

/** Idempotent: what runs goes on. */
export async function startMachine(changing: Changing, name: string, isNeighbour = false): Promise<JsonObject> {
  const found = isNeighbour ? await machineAt(changing, name) : await knownMachine(changing, name);
  if (found === null) return { skipped: true };
  const { virsh, context } = changing;
  if (found.state.run_state === 'running') return {};
  if (found.state.isActive) {
    await must(virsh, ['resume', name], context.signal);
    return { resumed: true };
  }
  const memory = scalarText(readSystem(found.inactive)['memory'] ?? '');
  await assertMemory(virsh, name, parseSize(memory) ?? 0, context.signal);
  const restored = found.state.run_state === 'suspended';
  if (!restored) await emptyConsole(changing, name);
  const dropped = await startOrDropSave(changing, found, restored);
  // Beside what runs, and gone with it. That it could not be written harms nothing.
  await virsh.ask([runMarkCommand(name, new Date())], context.signal);
  if (dropped === null) return { restored };
  return {
    dropped_save: true,
    note: `what it remembered cannot be read any more, so it was started afresh: ${dropped}`,
  };
}

/** Why it was dropped: what was suspended to disk and cannot be read any more leaves its disks as a power cut does. */
async function startOrDropSave(changing: Changing, { name }: DomainSight, isSaved: boolean): Promise<string | null> {
  const { virsh, context } = changing;
  const unreadable = isSaved ? await saveProblem(changing, name) : null;
  if (unreadable !== null) return startAfresh(changing, name, unreadable);
  const [answer] = await virsh.ask([['start', name]], context.signal, START_TIMEOUT_MS);
  const problem = answer?.stderr ?? '';
  if (problem === '') return null;
  if (!isSaved || !/restor|save image|saved|migrat/i.test(problem)) throw refused(virsh.engine, 'start', problem);
  return startAfresh(changing, name, problem);
}

/** Asked before: libvirt drops what it finds broken at once, without a word, and boots. */
async function saveProblem({ virsh, context }: Changing, name: string): Promise<string | null> {
  const [answer] = await virsh.ask([['managedsave-dumpxml', name]], context.signal);
  const problem = answer?.stderr ?? '';
  return problem === '' ? null : problem;
}

async function startAfresh(changing: Changing, name: string, why: string): Promise<string> {
  const { virsh, context } = changing;
  await emptyConsole(changing, name);
  await must(virsh, ['start', name, '--force-boot'], context.signal, START_TIMEOUT_MS);
  return why;
}
