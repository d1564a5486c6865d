/** What became of an earlier run that did not end, for people: a line or two before what is done now. */
import type { Address } from '../model/address.ts';
import type { Interrupted, InterruptedStep } from '../model/interrupted.ts';
import { wrapWords } from './layout.ts';
import { painter } from './paint.ts';
import type { RenderOptions } from './render-options.ts';
import { safeText } from './safe-text.ts';
import { listed, momentText } from './words.ts';

const MOST_NAMES = 10;

export function renderInterrupted(interrupted: Interrupted, options: RenderOptions): string {
  const paint = painter(options.color);
  const { head, found, more } = interruptedSentences(interrupted, { moment: momentText, options });
  return [`${paint('warning', head)} ${found}`, ...more.map((sentence) => `  ${sentence}`)]
    .map((line) => wrapWords(line, options.width, 0))
    .join('\n');
}

export interface InterruptedSentences {
  readonly head: string;
  /** What became of what it had under way. */
  readonly found: string;
  readonly more: readonly string[];
}

interface SentenceOptions {
  /** How a moment is told: a page does not know the clock of who reads it. */
  readonly moment: (iso: string) => string;
  readonly options: Pick<RenderOptions, 'verbose'>;
}

export function interruptedSentences(
  { command, started_at, steps, restarts }: Interrupted,
  { moment, options }: SentenceOptions,
): InterruptedSentences {
  const head = `An earlier run (${safeText(command)}, ${moment(started_at)}) did not end:`;
  const repeated = new Set(steps.filter((step) => step.possibly_repeated).map((step) => repeatedText(step)));
  const torn = steps
    .filter(({ verb, found }) => verb === 'restore_data' && found !== 'gone')
    .map(({ address }) => address);
  const more = [
    torn.length === 0
      ? ''
      : `Data was being put back, and may be there in part only: ${namesOf(torn, options)}. Put it back again: \`trueup rollback --volumes --list\` shows from what.`,
    restarts.length === 0 ? '' : `It still owed a restart, which is done now: ${namesOf(restarts, options)}.`,
    repeated.size === 0
      ? ''
      : `Possibly repeated, since it may have happened already: ${namesOf([...repeated], options)}.`,
  ];
  return { head, found: `${stepsText(steps)}.`, more: more.filter((sentence) => sentence !== '') };
}

/** Restarts that nothing else in a plan explains. */
export function renderOwed(restarts: readonly Address[], options: RenderOptions): string {
  const names = namesOf(restarts, options);
  return wrapWords(`Restarts that an earlier run still owed, for itself or for its hooks: ${names}.`, options.width, 0);
}

const FOUND_WORDS: Readonly<Record<InterruptedStep['found'], readonly [one: string, many: string]>> = {
  as_declared: ['is as declared', 'are as declared'],
  to_be_finished: ['is finished now', 'are finished now'],
  gone: ['is gone with what it was about', 'are gone with what they were about'],
};

function stepsText(steps: readonly InterruptedStep[]): string {
  const [first, ...more] = steps;
  if (first === undefined) return 'none of its steps was under way';
  if (more.length === 0) return `the step that it had under way ${FOUND_WORDS[first.found][0]}`;
  const parts = [...Map.groupBy(steps, ({ found }) => found)].map(([found, { length }]) => {
    const [one, many] = FOUND_WORDS[found];
    return `${length} ${length === 1 ? one : many}`;
  });
  return `of ${steps.length} steps that it had under way ${parts.join(', ')}`;
}

/** Hooks are told by their names; all else that cannot be told to have happened is a restart. */
function repeatedText({ address, verb }: InterruptedStep): string {
  return `the ${verb === 'post_start' || verb === 'pre_stop' ? verb : 'restart'} of ${address}`;
}

function namesOf(names: readonly string[], { verbose = false }: Pick<RenderOptions, 'verbose'>): string {
  const safe = names.map((name) => safeText(name));
  return verbose ? safe.join(', ') : listed(safe, MOST_NAMES);
}
