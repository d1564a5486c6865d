/** What an engine has to say of a step that is done, beyond that it is: the `note` of its outcome; empty for nothing. */
import type { StepResult } from '../model/run.ts';
import { safeText } from './safe-text.ts';

export function stepNote({ outcome }: Pick<StepResult, 'outcome'>): string {
  const { note } = outcome;
  return typeof note === 'string' ? safeText(note) : '';
}
