/** How changes and steps of a run ended, in words and signs. */
import type { StepStatus } from '../model/run.ts';
import type { ChangeStatus } from './run-changes.ts';

export const STATUS_WORDS: Readonly<
  Record<ChangeStatus | StepStatus, { readonly sign: string; readonly word: string }>
> = {
  done: { sign: '✔', word: 'done' },
  failed: { sign: '✘', word: 'failed' },
  skipped: { sign: '-', word: 'skipped' },
  cancelled: { sign: '!', word: 'interrupted' },
  not_started: { sign: '·', word: 'not started' },
  not_needed: { sign: '·', word: 'not needed' },
};
