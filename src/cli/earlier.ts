/** The runs before this one, and this one for those after it, as changing commands tell of them. */
import { relative } from 'node:path';
import { coveredBy, interruptedBy, owedIn } from '../flow/earlier-runs.ts';
import type { Planned } from '../flow/planning.ts';
import { type FinishedRun, rememberRun } from '../flow/remembering.ts';
import type { Workspace } from '../flow/workspace.ts';
import { TrueupError } from '../model/failure.ts';
import type { Plan } from '../model/plan.ts';
import { renderInterrupted, renderOwed } from '../report/interrupted-text.ts';
import type { CommandContext } from './context.ts';
import { warnOfProblem } from './warnings.ts';

/** Says what became of a run that did not end, before anything is asked or done. */
export function tellEarlier(context: CommandContext, planned: Planned, plan: Plan): void {
  const interrupted = interruptedBy(planned.earlier.reading, coveredBy(planned, plan));
  if (interrupted === null) tellOwed(context, planned, plan);
  else context.note(renderInterrupted(interrupted, context.renderError));
}

/** Says which restarts a plan has only because an earlier run did not get them done. */
export function tellOwed(context: CommandContext, { earlier }: Planned, plan: Plan): void {
  const owed = owedIn(earlier.reading, plan);
  if (owed.length > 0) context.note(renderOwed(owed, context.renderError));
}

/** Adds the run to the history. One that cannot be written is a warning: what was done, was done. */
export async function remember(context: CommandContext, workspace: Workspace, finished: FinishedRun): Promise<void> {
  const { report } = finished;
  try {
    const file = report === null ? null : relative(workspace.repository.root, report);
    await rememberRun(workspace.state, { ...finished, report: file });
  } catch (error) {
    if (!(error instanceof TrueupError)) throw error;
    warnOfProblem(context, error);
  }
}
