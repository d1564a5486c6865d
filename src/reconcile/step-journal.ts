/** What is written down around each call that changes something, so that whoever comes after a crash knows what was begun. */
import type { Step } from '../model/plan.ts';

export interface StepJournal {
  /** Resolves when it is on the disk. A rejection keeps the step from being carried out. */
  begun(step: Step): Promise<void>;
  /** Whatever is begun after it is on the disk after it. Does not throw: who cannot write stops the run by its signal. */
  ended(step: Step, status: 'done' | 'failed'): void;
}

/** Carries out one call between its two entries. */
export async function journalled<T>(
  step: Step,
  journal: StepJournal | undefined,
  carryOut: () => Promise<T>,
): Promise<T> {
  if (journal === undefined) return carryOut();
  await journal.begun(step);
  try {
    const outcome = await carryOut();
    journal.ended(step, 'done');
    return outcome;
  } catch (error) {
    journal.ended(step, 'failed');
    throw error;
  }
}
