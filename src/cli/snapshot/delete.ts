/** `trueup snapshot delete`: what it holds is lost. */
import { deleteSnapshot, snapshotNamed, snapshotsOf } from '../../flow/machines/snapshots.ts';
import type { Workspace } from '../../flow/workspace.ts';
import { safeText } from '../../report/safe-text.ts';
import { vmSnapshotsDocument } from '../../report/vm-snapshots.ts';
import { momentText } from '../../report/words.ts';
import { canConfirm, confirmationRequired, confirmed } from '../confirm.ts';
import type { CommandContext } from '../context.ts';
import { EXIT, type ExitStatus } from '../exit-status.ts';
import { namedMachine } from '../machines.ts';
import { onMachine, qualified } from './on-machine.ts';
import type { SnapshotOptions } from './options.ts';

export async function deleteNamed(
  context: CommandContext,
  workspace: Workspace,
  [word = '', wanted = '']: readonly string[],
  options: SnapshotOptions,
): Promise<ExitStatus> {
  const named = await namedMachine(context, workspace, word, options);
  const vm = qualified(named);
  const { address } = named.resource;
  const request = { command: 'trueup snapshot delete', lock: options };
  return onMachine(context, workspace, named, request, async ({ machine, step, tell }) => {
    const snapshot = snapshotNamed(wanted, await snapshotsOf(machine, step.signal), address);
    const what = `"${safeText(snapshot.label)}" of ${momentText(snapshot.created_at)}`;
    if (!canConfirm(context, options)) throw confirmationRequired(`${what} would be lost; then pass --auto-approve`);
    if (!(await confirmed(context, options, `Delete ${what}?`))) {
      context.note('Nothing was changed.');
      return EXIT.error;
    }
    context.beforeChange();
    await deleteSnapshot(machine, snapshot, step);
    const details = { snapshot: snapshot.id, label: snapshot.label, command: request.command };
    const message = `the snapshot "${snapshot.label}" was deleted`;
    await tell((ledger) => ledger.tell(address, { type: 'UserAction', severity: 'Info', message, details }));
    if (context.output === 'json') {
      const { ours, foreign } = await snapshotsOf(machine, step.signal);
      context.printJson(vmSnapshotsDocument([{ vm, snapshots: ours, foreign }]));
    }
    context.print(`Deleted ${what} of ${safeText(vm)}.`);
    return EXIT.done;
  });
}
