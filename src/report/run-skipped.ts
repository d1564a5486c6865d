/** What a failure kept from running, said once per failure and not once per step. */
import type { ToldStep } from '../model/run.ts';
import { wrapWords } from './layout.ts';
import type { Paint } from './paint.ts';
import type { RenderOptions } from './render-options.ts';
import { rootOf } from './run-changes.ts';
import { safeText } from './safe-text.ts';
import { listed } from './words.ts';

const MOST_NAMES = 20;

/** One line for each failed step that others were skipped for. */
export function skippedLines(
  run: { readonly steps: readonly ToldStep[] },
  options: RenderOptions,
  paint: Paint,
): readonly string[] {
  const byId = new Map(run.steps.map((step) => [step.id, step]));
  const skipped = run.steps.filter((step) => step.status === 'skipped');
  const groups = Map.groupBy(skipped, (step) => byId.get(rootOf(step, byId) ?? '')?.address ?? null);
  return [...groups].flatMap(([culprit, steps]) => {
    // That the rest of what failed was not done goes without saying.
    const others = steps.filter((step) => step.address !== culprit);
    const names = [...new Set(others.map((step) => safeText(step.address)))];
    if (names.length === 0) return [];
    const shown = options.verbose === true ? names.join(', ') : listed(names, MOST_NAMES);
    const because = culprit === null ? '' : ` because of ${safeText(culprit)}`;
    return wrapWords(`${paint('warning', '-')} skipped${because}: ${shown}`, options.width, 0);
  });
}
