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
    return `${paint('warning', '↩')} ${who} rolled back: ${gapText(downtime_ms)}`;
  }
  const next = `\`trueup status\` shows what is left of ${safeText(name)}; the next \`trueup apply\` finishes the change, or goes back once more`;
  return `${paint('bad', '✘')} ${who} could not be rolled back after ${safeText(because)} failed: ${next}`;
}

function gapText(downtime: Rollback['downtime_ms']): string {
  if (downtime === null) return 'the version before is back';
  if (downtime === 0) return 'the version before went on all the time';
  return `the version before is back after ${elapsedText(downtime)}`;
}
