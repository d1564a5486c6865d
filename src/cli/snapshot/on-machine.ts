/** What all of `trueup snapshot` share: one VM, under the lock of its project where something of it is changed. */
import type { StepContext } from '../../drivers/step-context.ts';
import { callContext } from '../../flow/machines/call-context.ts';
import { type NamedMachine, type ReachedMachine, reachMachine } from '../../flow/machines/reach.ts';
import { tellOfMachine } from '../../flow/machines/telling.ts';
import { lockProject } from '../../flow/locking.ts';
import type { VmLedger } from '../../flow/vm-ledger.ts';
import type { Workspace } from '../../flow/workspace.ts';
import { safeText } from '../../report/safe-text.ts';
import { isPassing, type LockHolder, waitingWords } from '../../state/locks/lock-holder.ts';
import type { CommandContext } from '../context.ts';
import { type LockOptions, lockTimeoutOf } from '../lock-option.ts';
import { warnOfProblem } from '../warnings.ts';

export interface OnMachine {
  readonly workspace: Workspace;
  readonly machine: ReachedMachine;
  readonly step: StepContext;
  /** Writes down what happened to it. */
  tell(tell: (ledger: VmLedger) => void): Promise<void>;
}

/** `command`: for those who wait, `trueup snapshot create`. */
export async function onMachine<T>(
  context: CommandContext,
  workspace: Workspace,
  named: NamedMachine,
  { command, lock }: { readonly command: string; readonly lock: LockOptions },
  act: (on: OnMachine) => Promise<T>,
): Promise<T> {
  const { environment } = named;
  const onWait = (holder: LockHolder): void => context.note(safeText(waitingWords(holder)));
  const request = { environment, command, waitsFor: isPassing, onWait, ...lockTimeoutOf(lock) };
  await using held = await lockProject(workspace, request, context.signal);
  await using machine = await reachMachine(held.workspace, named, held.signal);
  const progress = (message: string): void => context.note(`${safeText(context.mask(message))} …`);
  const step = callContext(held.workspace, environment, { signal: held.signal, progress });
  const tell = async (write: (ledger: VmLedger) => void): Promise<void> =>
    warnOfProblem(context, await tellOfMachine(workspace, environment.name, write));
  return await act({ workspace: held.workspace, machine, step, tell });
}

/** `local/vm.builder`. */
export function qualified({ environment, resource }: NamedMachine): string {
  return `${environment.name}/${resource.address}`;
}
