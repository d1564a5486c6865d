/**
 * A run for people. A run in which all went well is one line, since its progress was shown; else it says what was done,
 * what failed and why, what was skipped because of whom, and what an interrupt left undone.
 */
import { isLeftUndone } from '../model/change.ts';
import type { Plan } from '../model/plan.ts';
import type { Run } from '../model/run.ts';
import { pastText } from './change-words.ts';
import { gateCheckText, stepFailureText } from './gate-text.ts';
import { wrapWords } from './layout.ts';
import { type Paint, painter } from './paint.ts';
import { pendingRestartText } from './pending-restart-text.ts';
import type { RenderOptions } from './render-options.ts';
import { type ChangeResult, changeResults } from './run-changes.ts';
import { rollbackLines } from './rollback-text.ts';
import { skippedLines } from './run-skipped.ts';
import { runSummary } from './run-summary.ts';
import { safeText } from './safe-text.ts';
import { elapsedText } from './words.ts';

/** Of the plan that was carried out: what it was to change, and what it left as it is. */
export type PlannedChanges = Pick<Plan, 'changes' | 'withheld'>;

export function renderRun(run: Run, planned: PlannedChanges, options: RenderOptions): string {
  const changes = [...planned.changes, ...(run.found_inside ?? [])];
  const paint = painter(options.color);
  const results = changeResults(changes, run.steps);
  const tellsAll = run.status !== 'succeeded' || options.verbose === true;
  const blocks = [
    tellsAll ? doneLines(results, paint).join('\n') : '',
    ...run.steps.filter((step) => step.status === 'failed').map((step) => stepFailureText(step, options, paint)),
    ...gatesNotMet(run).map((check) => gateCheckText(check, options, paint)),
    rollbackLines(run.rollbacks, options, paint).join('\n'),
    skippedLines(run, options, paint).join('\n'),
    interruptedLines(results, options, paint).join('\n'),
    withheldLines(run, options, paint).join('\n'),
    pendingRestartText(run.pending_restart ?? [], paint),
    paint('strong', runSummary(run, results, planned.withheld.filter(isLeftUndone).length)),
  ];
  return blocks.filter((text) => text !== '').join('\n\n');
}

/** The last look at each gate; one that failed as a step has been told already. */
function gatesNotMet(run: Run): Run['gates'] {
  const told = new Set(run.steps.flatMap((step) => (step.status === 'failed' ? [step.address] : [])));
  return run.gates.filter((check) => !check.met && !told.has(check.address));
}

function doneLines(results: readonly ChangeResult[], paint: Paint): readonly string[] {
  return results
    .filter((result) => result.status === 'done')
    .map(({ address, action, duration_ms }) => {
      const what = `${safeText(address)} ${pastText(address, action)} in ${elapsedText(duration_ms)}`;
      return `${paint('good', '✔')} ${what}`;
    });
}

/** What no plan has said. */
function withheldLines(
  { withheld_inside: withheld = [] }: Run,
  options: RenderOptions,
  paint: Paint,
): readonly string[] {
  return withheld.map(({ summary }) =>
    wrapWords(`${paint('warning', 'Withheld:')} ${safeText(summary)}`, options.width, 0),
  );
}

function interruptedLines(results: readonly ChangeResult[], options: RenderOptions, paint: Paint): readonly string[] {
  const named = (status: ChangeResult['status']): string =>
    results
      .filter((result) => result.status === status)
      .map(({ address, action }) => `${safeText(address)} (${action})`)
      .join(', ');
  const lines = [
    ['Interrupted under way, may have taken effect in part: ', named('cancelled')],
    ['Not started: ', named('not_started')],
  ] as const;
  return lines
    .filter(([, names]) => names !== '')
    .map(([label, names]) => wrapWords(`${paint('warning', label.trimEnd())} ${names}`, options.width, 0));
}
