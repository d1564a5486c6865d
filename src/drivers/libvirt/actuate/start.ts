/** Starts a machine, or lets it go on. */
import type { JsonObject } from '../../../model/json.ts';
import { scalarText } from '../../../model/json.ts';
import { parseSize } from '../../../model/quantity.ts';
import { readSystem } from '../domain/system.ts';
import { consoleVolume } from '../names.ts';
import type { DomainSight } from '../observe/look.ts';
import { runMarkCommand } from '../run-mark.ts';
import { refused } from '../virsh/failures.ts';
import { must } from '../virsh/virsh.ts';
import type { Changing } from './changing.ts';
import { knownMachine, machineAt } from './machine-at.ts';
import { assertMemory } from './room.ts';
import { putContent } from './volume-calls.ts';

/** QEMU takes its time on a busy host, and a restored machine reads all of its memory. */
const TIMEOUT_MS = 300_000;

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
  return dropped ? { dropped_save: true } : { restored };
}

/** What was suspended to disk and cannot be read any more is started afresh: its disks are as a power cut leaves them. */
async function startOrDropSave(
  { virsh, context }: Changing,
  { name }: DomainSight,
  isSaved: boolean,
): Promise<boolean> {
  const [answer] = await virsh.ask([['start', name]], context.signal, TIMEOUT_MS);
  const problem = answer?.stderr ?? '';
  if (problem === '') return false;
  if (!isSaved || !/restor|save image|saved|migrat/i.test(problem)) throw refused(virsh.engine, 'start', problem);
  context.progress(`what ${name} remembered cannot be read any more, so it is started afresh: ${problem}`);
  await must(virsh, ['start', name, '--force-boot'], context.signal, TIMEOUT_MS);
  return true;
}

/**
 * The file of the console as a volume, so that it can be read from wherever the host is asked. What an earlier start has written
 * says nothing of this one.
 */
async function emptyConsole(changing: Changing, name: string): Promise<void> {
  const { pool_path: folder } = await changing.facts();
  if (folder !== null) await putContent(changing, consoleVolume(name), '');
}
