/** Warnings that do not keep a command from going on. */
import type { TrueupError } from '../model/failure.ts';
import { safeText } from '../report/safe-text.ts';
import type { CommandContext } from './context.ts';

/**
 * Recorded state that could not be read: the plan is still right, only causes are unknown. A report that could not be
 * written: what it is about has happened all the same.
 */
export function warnOfProblem(context: CommandContext, problem: TrueupError | null): void {
  if (problem === null) return;
  const next = problem.next === null ? '' : `\n  ${safeText(problem.next)}`;
  context.note(`warning: ${safeText(problem.message)} [${problem.code}]${next}`);
}
