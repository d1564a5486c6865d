import { expect, it } from 'vitest';
import { fieldPath } from '../../../src/model/field-path.ts';
import { renderPlan } from '../../../src/report/plan-text.ts';
import { PLAIN } from '../../support/builders.ts';
import { observed, planOf, recordedOf, service } from '../../support/planning.ts';

const web = service('web');
const UNSEEN = { fields: [fieldPath('labels')], reason: 'it does not answer' };

it('names the fields that nobody could be asked about, and plans nothing for them', () => {
  const plan = planOf([web], { objects: [{ ...observed(web), unseen: UNSEEN }], recorded: recordedOf([web]) });

  expect(plan.changes).toEqual([]);
  expect(plan.not_compared).toEqual([
    { address: 'service.web', field_path: fieldPath('labels'), reason: 'it does not answer' },
  ]);
  expect(renderPlan(plan, PLAIN)).toContain('Not compared: 1 field, it does not answer: service.web labels');
});

it('says nothing of it where all was asked', () => {
  expect(planOf([web], { objects: [observed(web)], recorded: recordedOf([web]) }).not_compared).toBeUndefined();
});
