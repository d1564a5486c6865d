import { expect, it } from 'vitest';
import { fieldPath } from '../../../src/model/field-path.ts';
import { renderDrift } from '../../../src/report/drift-text.ts';
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
  const text = renderPlan(plan, PLAIN);
  expect(text).toContain('Not compared: 1 field, it does not answer: service.web labels');
  expect(text).toMatch(/\nNothing to do; 1 unchanged, 1 field not compared\.$/);
  expect(renderDrift(plan, PLAIN)).toContain('No drift found. Not compared: 1 field');
});

it('says nothing of it where all was asked', () => {
  expect(planOf([web], { objects: [observed(web)], recorded: recordedOf([web]) }).not_compared).toBeUndefined();
});
