import { describe, expect, it } from 'vitest';
import { journalled, type StepJournal } from '../../../src/reconcile/step-journal.ts';
import { step } from '../../support/builders.ts';

const START = step('service.web', 'start');

/** Writes down what happens, in order; `begun` takes a turn of the event loop. */
function recordingJournal(calls: string[], begun: () => Promise<void> = async () => undefined): StepJournal {
  return {
    async begun({ id }) {
      await new Promise((resolve) => setImmediate(resolve));
      await begun();
      calls.push(`begun ${id}`);
    },
    ended({ id }, status) {
      calls.push(`ended ${id} ${status}`);
    },
  };
}

describe('a step with a journal', () => {
  it('is carried out between its two entries', async () => {
    const calls: string[] = [];

    const outcome = await journalled(START, recordingJournal(calls), async () => {
      calls.push('call');
      return 'outcome';
    });

    expect(outcome).toBe('outcome');
    expect(calls).toEqual(['begun service.web:start', 'call', 'ended service.web:start done']);
  });

  it('that fails has ended, too', async () => {
    const calls: string[] = [];

    await expect(journalled(START, recordingJournal(calls), () => Promise.reject(new Error('no')))).rejects.toThrow(
      'no',
    );

    expect(calls).toEqual(['begun service.web:start', 'ended service.web:start failed']);
  });

  it('is not carried out where it cannot be written down', async () => {
    const calls: string[] = [];
    const full = recordingJournal(calls, () => Promise.reject(new Error('no space')));

    await expect(journalled(START, full, async () => calls.push('call'))).rejects.toThrow('no space');

    expect(calls).toEqual([]);
  });
});
