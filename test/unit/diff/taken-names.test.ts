/** Drift where somebody else's object has the name of a declared one that is gone. */
import { expect, it } from 'vitest';
import { observed, planOf, recordedOf, service } from '../../support/planning.ts';

const WEB = service('web');
const STRANGER = observed(WEB, { id: 'another', ownership: null });

it('is that what was applied is gone, whoever has its name now', () => {
  const plan = planOf([WEB], { objects: [STRANGER], recorded: recordedOf([WEB]) });

  expect(plan.conflicts).toMatchObject([{ address: 'service.web' }]);
  expect(plan.drift).toMatchObject([{ address: 'service.web', kind: 'missing', cause: 'world' }]);
});

it('is none where it was never there', () => {
  const plan = planOf([WEB], { objects: [STRANGER], recorded: recordedOf([service('db')]) });

  expect(plan.conflicts).toHaveLength(1);
  expect(plan.drift.filter(({ address }) => address === 'service.web')).toEqual([]);
});
