/** `trueup snapshot restore`: brings a VM where it was. What it is now gets a snapshot before, unless it is to be lost. */
import { restoreSnapshot, snapshotNamed, snapshotsOf } from '../../flow/machines/snapshots.ts';
import { presentMachine } from '../../flow/machines/reach.ts';
import type { Workspace } from '../../flow/workspace.ts';
import { TrueupError } from '../../model/failure.ts';
import type { VmStatus } from '../../model/vm-status.ts';
import { vmStatusOf } from '../../model/vm-status-of.ts';
import { safeText } from '../../report/safe-text.ts';
import { vmSnapshotsDocument } from '../../report/vm-snapshots.ts';
import { momentText } from '../../report/words.ts';
import { canConfirm, confirmationRequired, confirmed } from '../confirm.ts';
import type { CommandContext } from '../context.ts';
import { EXIT, type ExitStatus } from '../exit-status.ts';
import { endStopped } from '../../flow/keeping-stopped.ts';
import { namedMachine } from '../machines.ts';
import { isKeptByProtect } from './kept-by-protect.ts';
import { onMachine, qualified } from './on-machine.ts';
import type { SnapshotOptions } from './options.ts';

export async function restoreNamed(
  context: CommandContext,
  workspace: Workspace,
  [word = '', wanted = '']: readonly string[],
  options: SnapshotOptions,
): Promise<ExitStatus> {
  const named = await namedMachine(context, workspace, word, options);
  const vm = qualified(named);
  const { address } = named.resource;
  if (options.discard && isKeptByProtect(context, named)) return EXIT.partial;
  const request = { command: 'trueup snapshot restore', lock: options };
  return onMachine(context, workspace, named, request, async ({ machine, step, tell }) => {
    const seen = presentMachine(machine);
    const snapshot = snapshotNamed(wanted, await snapshotsOf(machine, step.signal), address);
    const what = `"${safeText(snapshot.label)}" of ${momentText(snapshot.created_at)}`;
    if (!canConfirm(context, options)) throw confirmationRequired(`it would become ${what}; then pass --auto-approve`);
    const loss = options.discard ? 'What it is now is lost.' : 'A snapshot of what it is now is taken before.';
    context.note(`${safeText(vm)} becomes ${what}, ${snapshot.status}. ${loss}`);
    if (!(await confirmed(context, options, `Restore ${vm}?`))) {
      context.note('Nothing was changed.');
      return EXIT.error;
    }
    context.beforeChange();
    const { before } = await restoreSnapshot(machine, snapshot, !options.discard, step).catch((error: unknown) => {
      throw withAdvice(error);
    });
    await endStopped(workspace, named.environment.name, address);
    const details = { snapshot: snapshot.id, label: snapshot.label, command: request.command };
    const message = `the snapshot "${snapshot.label}" was restored`;
    await tell((ledger) => {
      ledger.tell(address, { type: 'UserAction', severity: 'Info', message, details });
      ledger.arrives(address, vmStatusOf(seen.status), restingOf(snapshot.status), details);
    });
    if (context.output === 'json') {
      const snapshots = before === null ? [snapshot] : [snapshot, before];
      context.printJson(vmSnapshotsDocument([{ vm, snapshots, foreign: [] }]));
    }
    context.print(
      `Restored ${safeText(vm)}: it is ${snapshot.status}. \`trueup plan\` shows what is otherwise than declared.`,
    );
    return EXIT.done;
  });
}

/** What cannot be kept can still be left behind. */
function withAdvice(error: unknown): unknown {
  if (!(error instanceof TrueupError) || error.code !== 'snapshot_failed') return error;
  const { code, message, fields, cause } = error;
  const next = 'nothing was changed; with --discard it is restored without keeping what it is now';
  return new TrueupError(code, `what it is now cannot be kept: ${message}`, { fields, cause, next });
}

function restingOf(status: VmStatus): 'Running' | 'Stopped' | 'Suspended' {
  return status === 'Running' || status === 'Suspended' ? status : 'Stopped';
}
