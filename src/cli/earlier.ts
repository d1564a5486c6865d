/** The runs before this one, as changing commands tell of them. */
import { coveredBy, interruptedBy, owedIn } from '../flow/earlier-runs.ts';
import type { Planned } from '../flow/planning.ts';
import type { Plan } from '../model/plan.ts';
import { renderInterrupted, renderOwed } from '../report/interrupted-text.ts';
import type { CommandContext } from './context.ts';

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
