/** `trueup rollback --volumes`: shows snapshots, or puts the data of volumes back from them. */
import { chooseSnapshots } from '../flow/restoring.ts';
import type { Workspace } from '../flow/workspace.ts';
import type { DesiredEnvironment } from '../model/desired.ts';
import { renderSnapshots, snapshotText } from '../report/snapshots-text.ts';
import { snapshotsDocument } from '../report/snapshots-document.ts';
import { listSnapshots } from '../state/backups.ts';
import { change, type Changed } from './changing.ts';
import type { CommandContext } from './context.ts';
import { EXIT, type ExitStatus } from './exit-status.ts';
import { type LockOptions, lockTimeoutOf } from './lock-option.ts';
import { planOptions } from './planning.ts';

export interface RestoreOptions extends LockOptions {
  readonly autoApprove: boolean;
  readonly parallel?: number;
}

/** What there is of one environment. Needs no engine, and nothing but the state folder. */
export async function showSnapshots(
  context: CommandContext,
  { state }: Workspace,
  environment: string,
): Promise<ExitStatus> {
  const snapshots = await listSnapshots(state, environment);
  if (context.output === 'json') context.printJson(snapshotsDocument(environment, snapshots));
  context.print(renderSnapshots(environment, snapshots.toReversed(), context.render));
  return EXIT.done;
}

/** Of each volume the newest snapshot, or those that a run took. What is there now gets a snapshot of its own before. */
export async function restoreVolumes(
  context: CommandContext,
  workspace: Workspace,
  environment: DesiredEnvironment,
  run: string | null,
  options: RestoreOptions,
): Promise<Changed> {
  const { snapshots, undeclared, options: wanted } = await chooseSnapshots(workspace, environment, run, context.signal);
  for (const snapshot of snapshots.values()) context.note(snapshotText(snapshot));
  if (undeclared.length > 0) context.note(`Left out, since nothing declares them any more: ${undeclared.join(', ')}.`);
  context.note('A snapshot of what they hold now is taken before.');
  const names = [...snapshots.keys()].join(', ');
  return change(context, workspace, {
    command: 'trueup rollback --volumes',
    environment,
    options: planOptions(wanted),
    question: `Replace the data of ${names}?`,
    autoApprove: options.autoApprove,
    ...(options.parallel === undefined ? {} : { parallel: options.parallel }),
    ...lockTimeoutOf(options),
  });
}
