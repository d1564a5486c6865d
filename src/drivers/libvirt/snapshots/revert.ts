/**
 * Has libvirt bring a machine back, with its serial console: what it had said by then stands there before it goes on, and nothing
 * of what runs now. So the console is always of what runs, or is marked as what nobody can tell.
 */
import { bring } from '../actuate/bring.ts';
import type { Changing } from '../actuate/changing.ts';
import { putConsole } from '../actuate/consoles.ts';
import { consoleText } from '../observe/console.ts';
import type { DomainSight } from '../observe/look.ts';
import { runMarkCommand, runMarkOf } from '../run-mark.ts';
import { refused } from '../virsh/failures.ts';
import type { SnapshotRecord, SnapshotState } from './record.ts';
import { MEMORY_TIMEOUT_MS } from './take.ts';

const FLAGS: Readonly<Record<SnapshotState, readonly string[]>> = {
  running: ['--running'],
  paused: ['--paused'],
  saved: ['--paused'],
  shutoff: [],
};

export async function revert(
  changing: Changing,
  machine: DomainSight,
  { id, state, said }: SnapshotRecord,
): Promise<void> {
  const { virsh, context } = changing;
  const { name } = machine;
  // What is off has nothing to say, and who starts it next begins a console of its own.
  const isHeard = state !== 'shutoff';
  if (isHeard) await giveUpConsole(changing, machine);
  const former = isHeard ? await consoleText(virsh, name, context.signal) : '';
  if (isHeard) await putConsole(changing, name, said ?? '');
  const [answer] = await virsh.ask([['snapshot-revert', name, id, ...FLAGS[state]]], context.signal, MEMORY_TIMEOUT_MS);
  const problem = answer?.stderr ?? 'no answer';
  if (problem !== '') {
    // What is suspended to disk comes back to it.
    if (isHeard && !machine.state.isActive) await putConsole(changing, name, former);
    throw refused(virsh.engine, 'snapshot-revert', problem);
  }
  if (isHeard) await virsh.ask([runMarkCommand(name, new Date().toISOString(), said !== null)], context.signal);
}

/** What runs now writes on into a file that is gone: if it should outlive this, nobody can tell what it has said. */
async function giveUpConsole(changing: Changing, { name, live }: DomainSight): Promise<void> {
  const mark = runMarkOf(live);
  if (mark === null || mark.at === null || !mark.hasOwnConsole) return;
  const command = runMarkCommand(name, mark.at, false);
  await bring(changing, name, { command, isSo: (now) => now?.state.isActive !== true });
}
