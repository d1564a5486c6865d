/** `trueup snapshot create`: keeps what a VM is now, wherever it is. Does not ask. */
import { takeSnapshot } from '../../flow/machines/snapshots.ts';
import type { Workspace } from '../../flow/workspace.ts';
import { bytesText } from '../../report/bytes-text.ts';
import { safeText } from '../../report/safe-text.ts';
import { vmSnapshotsDocument } from '../../report/vm-snapshots.ts';
import type { CommandContext } from '../context.ts';
import { EXIT, type ExitStatus } from '../exit-status.ts';
import { namedMachine } from '../machines.ts';
import { onMachine, qualified } from './on-machine.ts';
import type { SnapshotOptions } from './options.ts';

export async function createSnapshot(
  context: CommandContext,
  workspace: Workspace,
  [word = '', label]: readonly string[],
  options: SnapshotOptions,
): Promise<ExitStatus> {
  const named = await namedMachine(context, workspace, word, options);
  const vm = qualified(named);
  const { address } = named.resource;
  const wanted = { label: label ?? null, description: options.description ?? null };
  const request = { command: 'trueup snapshot create', lock: options };
  const snapshot = await onMachine(context, workspace, named, request, async ({ machine, step, tell }) => {
    const taken = await takeSnapshot(machine, wanted, step);
    const details = { snapshot: taken.id, label: taken.label, command: request.command };
    const message = `a snapshot was taken: ${taken.label}`;
    await tell((ledger) => ledger.tell(address, { type: 'UserAction', severity: 'Info', message, details }));
    return taken;
  });
  if (context.output === 'json') context.printJson(vmSnapshotsDocument([{ vm, snapshots: [snapshot], foreign: [] }]));
  const size = snapshot.size_bytes === null ? '' : `, ${bytesText(snapshot.size_bytes)}`;
  context.print(`Took ${snapshot.id} of ${safeText(vm)} (${snapshot.status}${size}).`);
  return EXIT.done;
}
