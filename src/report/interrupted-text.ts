/** What became of an earlier run that did not end, for people: a line or two before what is done now. */
import type { Interrupted, InterruptedStep } from '../model/interrupted.ts';
import { wrapWords } from './layout.ts';
import { painter } from './paint.ts';
import type { RenderOptions } from './render-options.ts';
import { safeText } from './safe-text.ts';
import { listed, momentText, plural } from './words.ts';

const MOST_NAMES = 10;

export function renderInterrupted(interrupted: Interrupted, options: RenderOptions): string {
  const { command, started_at, steps, restarts } = interrupted;
  const paint = painter(options.color);
  const head = `An earlier run (${safeText(command)}, ${momentText(started_at)}) did not end:`;
  const repeated = steps.filter(({ possibly_repeated }) => possibly_repeated).map(({ step }) => safeText(step));
  const lines = [
    `${paint('warning', head)} ${stepsText(steps)}.`,
    restarts.length === 0 ? '' : `  It still owed a restart, which is done now: ${namesOf(restarts, options)}.`,
    repeated.length === 0
      ? ''
      : `  Possibly repeated, since it may have been done already: ${namesOf(repeated, options)}.`,
  ];
  return lines
    .filter((line) => line !== '')
    .map((line) => wrapWords(line, options.width, 0))
    .join('\n');
}

function stepsText(steps: readonly InterruptedStep[]): string {
  if (steps.length === 0) return 'none of its steps was under way';
  const counted = (found: InterruptedStep['found'], one: string, many: string): readonly string[] => {
    const count = steps.filter((step) => step.found === found).length;
    return count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];
  };
  const parts = [
    ...counted('as_declared', 'is as declared', 'are as declared'),
    ...counted('to_be_finished', 'is finished now', 'are finished now'),
    ...counted('gone', 'is gone with what it was about', 'are gone with what they were about'),
  ];
  return `of ${plural(steps.length, 'step')} that it had under way ${parts.join(', ')}`;
}

function namesOf(names: readonly string[], { verbose = false }: RenderOptions): string {
  return verbose ? names.join(', ') : listed(names.map(safeText), MOST_NAMES);
}
