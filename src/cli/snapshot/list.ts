/** `trueup snapshot list`: what there is of VMs, newest first. Changes nothing. */
import { reachMachine } from '../../flow/machines/reach.ts';
import { snapshotsOf } from '../../flow/machines/snapshots.ts';
import type { Workspace } from '../../flow/workspace.ts';
import { renderVmSnapshots, type VmSnapshotsReport, vmSnapshotsDocument } from '../../report/vm-snapshots.ts';
import type { CommandContext } from '../context.ts';
import { EXIT, type ExitStatus } from '../exit-status.ts';
import { namedMachines, vmWord } from '../machines.ts';
import type { InputOptions } from '../options.ts';
import { qualified } from './on-machine.ts';

export async function listSnapshots(
  context: CommandContext,
  workspace: Workspace,
  words: readonly string[],
  options: InputOptions,
): Promise<ExitStatus> {
  const machines = await namedMachines(context, workspace, words.map(environmentOrVm), options);
  const reports: VmSnapshotsReport[] = [];
  for (const named of machines) {
    await using machine = await reachMachine(workspace, named, context.signal);
    const { ours, foreign } = await snapshotsOf(machine, context.signal);
    reports.push({ vm: qualified(named), snapshots: ours, foreign });
  }
  if (context.output === 'json') context.printJson(vmSnapshotsDocument(reports));
  context.print(reports.length === 0 ? 'No VM is declared.' : renderVmSnapshots(reports, context.render));
  return EXIT.done;
}

/** A word alone may be an environment, and then all of its VMs are meant. */
function environmentOrVm(word: string): string {
  return word.includes('/') ? vmWord(word) : word;
}
