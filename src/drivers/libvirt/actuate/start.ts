/** Starts a machine, or lets it go on. */
import { TrueupError } from '../../../model/failure.ts';
import type { JsonObject } from '../../../model/json.ts';
import { scalarText } from '../../../model/json.ts';
import { parseSize } from '../../../model/quantity.ts';
import { readSystem } from '../domain/system.ts';
import { runMarkOf } from '../run-mark.ts';
import { notRestored, orGiveUp, refused } from '../virsh/failures.ts';
import { parseXml } from '../xml/parse.ts';
import type { Changing } from './changing.ts';
import { emptyConsole } from './consoles.ts';
import { knownMachine } from './machine-at.ts';
import { settledMachine } from './settled.ts';
import { goOn } from './go-on.ts';
import { isDamage } from './lost-memory.ts';
import { assertMemory } from './room.ts';
import { mustStart, type Started, startNoted } from './start-noted.ts';

/** Idempotent: what runs goes on. */
export async function startMachine(changing: Changing, name: string, isNeighbour = false): Promise<JsonObject> {
  // What is just going down would be gone a moment later.
  const settled = await settledMachine(changing, name);
  if (settled === null && isNeighbour) return { skipped: true };
  const found = settled ?? (await knownMachine(changing, name));
  const { virsh, context } = changing;
  if (found.state.run_state === 'running') return {};
  if (found.state.isActive) {
    await goOn(changing, found);
    return { resumed: true };
  }
  const memory = scalarText(readSystem(found.inactive)['memory'] ?? '');
  const restored = found.state.run_state === 'suspended';
  await assertMemory(virsh, name, parseSize(memory) ?? 0, context.signal).catch((error: unknown) => {
    throw restored && error instanceof TrueupError ? orGiveUp(virsh.engine, name, error) : error;
  });
  if (!restored) await emptyConsole(changing, name);
  const save = restored ? await readSave(changing, name) : null;
  const { dropped, unnoted } = await startOrDropSave(changing, name, save);
  const notes = [
    ...(dropped === null ? [] : [`what it remembered cannot be read any more, so it was started afresh: ${dropped}`]),
    ...(unnoted === null ? [] : [`nobody can tell when it was started, for that could not be noted: ${unnoted}`]),
  ];
  return {
    ...(dropped === null ? { restored } : { dropped_save: true }),
    ...(notes.length === 0 ? {} : { note: notes.join('; ') }),
  };
}

interface Outcome extends Started {
  /** Why what it remembered was dropped; `null` where it was not. */
  readonly dropped: string | null;
}

/** What was suspended to disk and cannot be read any more leaves its disks as a power cut does. */
async function startOrDropSave(changing: Changing, name: string, save: Save | null): Promise<Outcome> {
  if (save !== null && save.problem !== null) return startAfresh(changing, name, save.problem);
  const started = await startNoted(changing, name, { hasOwnConsole: save === null || save.hadOwnConsole });
  if (started.problem === null) return { ...started, dropped: null };
  // Somebody was faster.
  const now = await settledMachine(changing, name);
  if (now?.state.isActive === true) {
    if (now.state.run_state !== 'running') await goOn(changing, now);
    return { problem: null, unnoted: null, dropped: null };
  }
  const { engine } = changing.virsh;
  if (save === null) throw refused(engine, 'start', started.problem);
  if (!isDamage(started.problem)) throw notRestored(engine, name, 'start', started.problem);
  return startAfresh(changing, name, started.problem);
}

interface Save {
  /** Why it cannot be read; `null` where it can. */
  readonly problem: string | null;
  /** Before it was suspended: its console goes on with it. */
  readonly hadOwnConsole: boolean;
}

/** Asked before: libvirt drops what it finds broken at once, without a word, and boots. */
async function readSave({ virsh, context }: Changing, name: string): Promise<Save> {
  const [answer] = await virsh.ask([['managedsave-dumpxml', name]], context.signal);
  const problem = answer?.stderr ?? '';
  if (problem !== '' && !isDamage(problem)) throw notRestored(virsh.engine, name, 'managedsave-dumpxml', problem);
  if (answer === undefined || problem !== '') return { problem, hadOwnConsole: false };
  return { problem: null, hadOwnConsole: runMarkOf(parseXml(answer.stdout))?.hasOwnConsole === true };
}

async function startAfresh(changing: Changing, name: string, why: string): Promise<Outcome> {
  await emptyConsole(changing, name);
  return { ...(await mustStart(changing, name, { hasOwnConsole: true, flags: ['--force-boot'] })), dropped: why };
}
