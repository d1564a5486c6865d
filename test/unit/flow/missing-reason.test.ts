import { expect, it } from 'vitest';
import { missingReason } from '../../../src/flow/missing-reason.ts';
import { asideName } from '../../../src/model/aside.ts';
import { observed, service } from '../../support/planning.ts';

const WORKER = service('worker');
const OURS = observed(WORKER);
const OWNERS = [OURS.ownership?.owner ?? ''];

it('what was renamed beside us is said to be there, under that name', () => {
  expect(missingReason(WORKER, [{ ...OURS, name: 'foo' }], OWNERS, false)).toBe('it is there under another name, foo');
});

it('what was never made, is another’s, or was set aside is not created', () => {
  const another = observed(service('web'));

  expect(missingReason(WORKER, [], OWNERS, false)).toBe('not created');
  expect(missingReason(WORKER, [another], OWNERS, false)).toBe('not created');
  expect(missingReason(WORKER, [{ ...OURS, name: 'foo' }], ['somebody'], false)).toBe('not created');
  expect(missingReason(WORKER, [{ ...OURS, name: asideName(OURS.name, 'R1') }], OWNERS, false)).toBe('not created');
});

it('what was there when it was applied is gone', () => {
  expect(missingReason(WORKER, [], OWNERS, true)).toBe('it is gone: it was there when it was applied');
  expect(missingReason(WORKER, [{ ...OURS, name: 'foo' }], OWNERS, true)).toContain('under another name');
});
