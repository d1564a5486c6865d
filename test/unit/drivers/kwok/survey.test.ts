import { expect, test } from 'vitest';
import { limitsOf } from '../../../../src/drivers/kwok/survey.ts';

const NOTHING = { problem: null, missing: [], unreadable: [] };

test('programs that have to be fetched are named', () => {
  expect(limitsOf(NOTHING)).toEqual([]);
  expect(limitsOf({ ...NOTHING, missing: ['etcd', 'kwok'] })).toEqual([
    'not on the PATH, so that kwokctl fetches them: etcd, kwok',
  ]);
});

test("clusters that may be anybody's are named", () => {
  expect(limitsOf({ ...NOTHING, unreadable: ['dev', 'old'] })).toEqual([
    'nobody can read whose these clusters are: dev, old',
  ]);
});

test('an API server that would not start is one of them', () => {
  expect(limitsOf({ ...NOTHING, problem: '/bin/kube-apiserver does not say' })).toEqual([
    expect.stringMatching(/^\/bin\/kube-apiserver does not say: .*take it off the PATH/),
  ]);
});
