import { describe, expect, it } from 'vitest';
import { rememberRun } from '../../../src/flow/remembering.ts';
import type { Plan } from '../../../src/model/plan.ts';
import { readHistory } from '../../../src/state/history.ts';
import { stateFolder } from '../../../src/state/folder.ts';
import { historyDocument } from '../../../src/report/history-document.ts';
import { renderHistory } from '../../../src/report/history-text.ts';
import { PLAIN, run } from '../../support/builders.ts';
import { schemaErrors } from '../../support/schemas.ts';
import { planOf } from '../../support/planning.ts';
import { scratchFolder } from '../state/scratch.ts';

describe('a run that found nothing to do', () => {
  const whole = planOf([]);
  const part: Plan = { ...whole, inputs: { ...whole.inputs, targets: ['service.web'] } };

  it('is remembered once, unless the one before it was about something else', async () => {
    const state = stateFolder(scratchFolder());
    const remember = (id: string, command: string, plan: Plan): Promise<void> =>
      rememberRun(state, { run: { ...run({ status: 'succeeded' }), id }, plan, command, report: null });

    await remember('R1', 'trueup apply', part);
    await remember('R2', 'trueup apply', whole);
    await remember('R3', 'trueup apply', whole);
    await remember('R4', 'trueup pull', whole);
    await remember('R5', 'trueup apply', whole);

    const { entries } = await readHistory(state, whole.environment);
    expect(entries.map(({ run: id }) => id)).toEqual(['R1', 'R2', 'R4', 'R5']);
  });

  it('is told as one that held, apart from those that applied', async () => {
    const state = stateFolder(scratchFolder());
    const remember = (id: string, purpose: 'apply' | 'hold'): Promise<void> => {
      const finished = { ...run({ status: 'succeeded' }), id };
      return rememberRun(state, { run: finished, plan: whole, command: 'trueup serve', purpose, report: null });
    };

    await remember('R1', 'apply');
    await remember('R2', 'hold');
    await remember('R3', 'hold');

    const { entries } = await readHistory(state, whole.environment);
    expect(entries.map(({ run: id, purpose }) => [id, purpose])).toEqual([
      ['R1', undefined],
      ['R2', 'hold'],
    ]);
    const told = historyDocument([{ name: 'local', runs: entries }]);
    expect(schemaErrors('history', told)).toEqual([]);
    expect(renderHistory([{ name: 'local', runs: entries }], PLAIN)).toMatch(/held/);
  });
});
