import { expect, test } from 'vitest';
import { limitsOf } from '../../../../src/drivers/kwok/survey.ts';

test('programs that have to be fetched are named', () => {
  expect(limitsOf([])).toEqual([]);
  expect(limitsOf(['etcd', 'kwok'])).toEqual(['not on the PATH, so that kwokctl fetches them: etcd, kwok']);
});
