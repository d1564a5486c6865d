/** Starts a machine, or lets it go on. */
import type { JsonObject } from '../../../model/json.ts';
import { scalarText } from '../../../model/json.ts';
import { parseSize } from '../../../model/quantity.ts';
import { readSystem } from '../domain/system.ts';
import type { DomainSight } from '../observe/look.ts';
import { runMarkCommand, runMarkOf } from '../run-mark.ts';
import { refused } from '../virsh/failures.ts';
import { must } from '../virsh/virsh.ts';
import { parseXml } from '../xml/parse.ts';
import type { Changing } from './changing.ts';
import { emptyConsole } from './consoles.ts';
import { knownMachine, machineAt } from './machine-at.ts';
import { goOn, untilDown } from './go-on.ts';
import { assertMemory } from './room.ts';

/** QEMU takes its time on a busy host, and a restored machine reads all of its memory. */
export const START_TIMEOUT_MS = 300_000;

/** Idempotent: what runs goes on. */
export async function startMachine(changing: Changing, name: string, isNeighbour = false): Promise<JsonObject> {
  const found = isNeighbour ? await machineAt(changing, name) : await knownMachine(changing, name);
  if (found === null) return { skipped: true };
  const { virsh, context } = changing;
  // What is just going down would be gone a moment later.
  if (found.state.vm_status === 'Stopping') {
    context.progress(`waiting for ${name} to be down`);
    await untilDown(changing, name);
    return startMachine(changing, name, isNeighbour);
  }
  if (found.state.run_state === 'running') return {};
  if (found.state.isActive) {
    await goOn(changing, found);
    return { resumed: true };
  }
  const memory = scalarText(readSystem(found.inactive)['memory'] ?? '');
  await assertMemory(virsh, name, parseSize(memory) ?? 0, context.signal);
  const restored = found.state.run_state === 'suspended';
  if (!restored) await emptyConsole(changing, name);
  const save = restored ? await readSave(changing, name) : null;
  const dropped = await startOrDropSave(changing, found, save);
  const ownConsole = !restored || dropped !== null || save?.ownConsole === true;
  // Beside what runs, and gone with it. That it could not be written harms nothing.
  await virsh.ask([runMarkCommand(name, new Date(), ownConsole)], context.signal);
  if (dropped === null) return { restored };
  return {
    dropped_save: true,
    note: `what it remembered cannot be read any more, so it was started afresh: ${dropped}`,
  };
}

/** Why it was dropped: what was suspended to disk and cannot be read any more leaves its disks as a power cut does. */
async function startOrDropSave(changing: Changing, { name }: DomainSight, save: Save | null): Promise<string | null> {
  const { virsh, context } = changing;
  if (save !== null && save.problem !== null) return startAfresh(changing, name, save.problem);
  const [answer] = await virsh.ask([['start', name]], context.signal, START_TIMEOUT_MS);
  const problem = answer?.stderr ?? '';
  if (problem === '') return null;
  if (save === null || !isDamage(problem)) throw refused(virsh.engine, 'start', problem);
  return startAfresh(changing, name, problem);
}

/** Of the file in which it remembers. Whatever else keeps it from being restored may pass, and what it remembers stays. */
function isDamage(problem: string): boolean {
  return /failed to read (qemu header|cookie|domain|xml)|image magic is incorrect|save image is incomplete|load of migration failed: (Input\/output error|Invalid argument)/i.test(
    problem,
  );
}

interface Save {
  /** Why it cannot be read; `null` where it can. */
  readonly problem: string | null;
  /** Whether the console holds this run of the machine alone, from before it was suspended on. */
  readonly ownConsole: boolean;
}

/** Asked before: libvirt drops what it finds broken at once, without a word, and boots. */
async function readSave({ virsh, context }: Changing, name: string): Promise<Save> {
  const [answer] = await virsh.ask([['managedsave-dumpxml', name]], context.signal);
  const problem = answer?.stderr ?? '';
  if (problem !== '' && !isDamage(problem)) throw refused(virsh.engine, 'managedsave-dumpxml', problem);
  if (answer === undefined || problem !== '') return { problem, ownConsole: false };
  return { problem: null, ownConsole: runMarkOf(parseXml(answer.stdout))?.ownConsole === true };
}

async function startAfresh(changing: Changing, name: string, why: string): Promise<string> {
  const { virsh, context } = changing;
  await emptyConsole(changing, name);
  await must(virsh, ['start', name, '--force-boot'], context.signal, START_TIMEOUT_MS);
  return why;
}
