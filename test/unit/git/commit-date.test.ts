import { expect, it } from 'vitest';
import { commitDate } from '../../../src/git/commit-date.ts';

it('takes the date of a commit as it is written, and what is no date as the first of all', () => {
  expect(commitDate(1_769_904_000_000)).toBe('2026-02-01T00:00:00.000Z');
  expect(commitDate('2026-02-01T02:00:00+02:00')).toBe('2026-02-01T00:00:00.000Z');
  for (const none of ['', 'yesterday', Number.NaN, 1e17]) expect(commitDate(none)).toBe('1970-01-01T00:00:00.000Z');
});
