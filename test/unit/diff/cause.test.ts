import { describe, expect, it } from 'vitest';
import { causeOf, isWithin, joinCauses } from '../../../src/diff/cause.ts';

describe('the cause of a difference', () => {
  it.each([
    { desired: 'b', observed: 'a', recorded: 'a', cause: 'git' },
    { desired: 'a', observed: 'b', recorded: 'a', cause: 'world' },
    { desired: 'b', observed: 'c', recorded: 'a', cause: 'both' },
    { desired: 'a', observed: null, recorded: 'a', cause: 'world' },
    { desired: null, observed: 'a', recorded: 'a', cause: 'git' },
    { desired: 'a', observed: null, recorded: null, cause: 'git' },
  ] as const)('is $cause when $recorded was applied, $desired is declared and $observed runs', (row) => {
    expect(causeOf(row, false)).toBe(row.cause);
  });

  it('is the world where git does not hold the desired value', () => {
    expect(causeOf({ desired: 'b', observed: 'a', recorded: 'a' }, true)).toBe('world');
    expect(causeOf({ desired: 'b', observed: 'c', recorded: 'a' }, true)).toBe('world');
  });

  it('is git where the world only writes in another way what was applied', () => {
    const equal = (left: unknown, right: unknown): boolean => String(left) === String(right);

    expect(causeOf({ desired: '2', observed: 1, recorded: '1' }, false, equal)).toBe('git');
  });

  it('joins to what all differences agree on', () => {
    expect(joinCauses(['git', 'git'])).toBe('git');
    expect(joinCauses(['git', 'world'])).toBe('both');
    expect(joinCauses(['world', 'both'])).toBe('both');
    expect(joinCauses(['world', 'unknown'])).toBe('unknown');
  });

  it('knows a field inside a field by whole names', () => {
    expect(isWithin("$['labels']['build']", "$['labels']")).toBe(true);
    expect(isWithin("$['labels']", "$['labels']")).toBe(true);
    expect(isWithin("$['labels2']", "$['labels']")).toBe(false);
    expect(isWithin("$['labels']", "$['labels']['build']")).toBe(false);
  });
});
