/** What a run brought back, and what it could not. */
import type { Rollback } from '../model/run.ts';
import { wrapWords } from './layout.ts';
import type { Paint } from './paint.ts';
import type { RenderOptions } from './render-options.ts';
import { safeText } from './safe-text.ts';
import { elapsedText } from './words.ts';

/** A line for each, and once what is never brought back. */
export function rollbackLines(rollbacks: readonly Rollback[], options: RenderOptions, paint: Paint): readonly string[] {
  const lines = rollbacks.map((rollback) => rollbackText(rollback, paint));
  const isAnyBack = rollbacks.some(({ status }) => status === 'restored');
  const kept = isAnyBack ? ['  Settings and what runs go back; data stays as it is.'] : [];
  return [...lines, ...kept].map((line) => wrapWords(line, options.width, 0));
}

function rollbackText({ address, name, status, downtime_ms, because }: Rollback, paint: Paint): string {
  const who = paint('strong', safeText(address));
  if (status === 'restored') {
    const gap =
      downtime_ms === 0
        ? 'the version before went on all the time'
        : `the version before is back after ${elapsedText(downtime_ms)}`;
    return `${paint('warning', '↩')} ${who} rolled back: ${gap}`;
  }
  const next = `what was there is kept beside ${safeText(name)}; run \`trueup apply\` again, which brings it back or finishes the change`;
  return `${paint('bad', '✘')} ${who} could not be rolled back after ${safeText(because)} failed: ${next}`;
}
