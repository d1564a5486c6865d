import { expect, it } from 'vitest';
import { missingReason } from '../../../src/flow/missing-reason.ts';
import { asideName } from '../../../src/model/aside.ts';
import { observed, service } from '../../support/planning.ts';

const WORKER = service('worker');
const OURS = observed(WORKER);
const OWNERS = [OURS.ownership?.owner ?? ''];

it('what was renamed beside us is said to be there, under that name', () => {
  expect(missingReason(WORKER, [{ ...OURS, name: 'foo' }], OWNERS)).toBe('it is there under another name, foo');
});

it('what was never made, is another’s, or was set aside is not created', () => {
  const another = observed(service('web'));

  expect(missingReason(WORKER, [], OWNERS)).toBe('not created');
  expect(missingReason(WORKER, [another], OWNERS)).toBe('not created');
  expect(missingReason(WORKER, [{ ...OURS, name: 'foo' }], ['somebody'])).toBe('not created');
  expect(missingReason(WORKER, [{ ...OURS, name: asideName(OURS.name, 'R1') }], OWNERS)).toBe('not created');
});
