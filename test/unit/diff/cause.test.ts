import { describe, expect, it } from 'vitest';
import { isWithin, joinCauses, originOf } from '../../../src/diff/cause.ts';
import type { Untracked } from '../../../src/model/desired.ts';

const HELD = { isUnfinished: false, untracked: [] };

function held(kind: Untracked['kind']): { isUnfinished: boolean; untracked: readonly Untracked[] } {
  return { isUnfinished: false, untracked: [{ field_path: '$', kind, declared: null }] };
}

describe('the cause of a difference', () => {
  it.each([
    { desired: 'b', observed: 'a', recorded: 'a', cause: 'git' },
    { desired: 'a', observed: 'b', recorded: 'a', cause: 'world' },
    { desired: 'b', observed: 'c', recorded: 'a', cause: 'both' },
    { desired: 'a', observed: null, recorded: 'a', cause: 'world' },
    { desired: null, observed: 'a', recorded: 'a', cause: 'git' },
    { desired: 'a', observed: null, recorded: null, cause: 'git' },
  ] as const)('is $cause when $recorded was applied, $desired is declared and $observed runs', (row) => {
    expect(originOf(row, HELD)).toEqual({ cause: row.cause });
  });

  it('is the world where git does not hold the desired value', () => {
    const alone = { desired: 'b', observed: 'a', recorded: 'a' };
    const withWorld = { desired: 'b', observed: 'c', recorded: 'a' };
    const still = { desired: 'a', observed: 'c', recorded: 'a' };

    expect(originOf(alone, held('edit'))).toEqual({ cause: 'world' });
    expect(originOf(withWorld, held('edit'))).toEqual({ cause: 'world' });
    expect(originOf(alone, held('input'))).toEqual({ cause: 'world', moved_input: 'alone' });
    expect(originOf(withWorld, held('input'))).toEqual({ cause: 'world', moved_input: 'with_world' });
    expect(originOf(still, held('input'))).toEqual({ cause: 'world' });
  });

  it('is unknown where nothing is recorded, and git where a run that began to change it did not end', () => {
    const values = { desired: 'b', observed: 'c', recorded: 'a' };

    expect(originOf(null, held('input'))).toEqual({ cause: 'unknown' });
    expect(originOf(values, { ...held('input'), isUnfinished: true })).toEqual({ cause: 'git' });
  });

  it('is git where the world only writes in another way what was applied', () => {
    const equal = (left: unknown, right: unknown): boolean => String(left) === String(right);

    expect(originOf({ desired: '2', observed: 1, recorded: '1' }, HELD, equal)).toEqual({ cause: 'git' });
  });

  it('is git where something is said of which nothing was, though its engine takes nothing for the same as anything', () => {
    const equal = (left: unknown, right: unknown): boolean => left === null || right === null;

    const values = { desired: 'b', observed: 'a', recorded: null };
    expect(originOf({ ...values, wasUnset: true }, HELD, equal)).toEqual({ cause: 'git' });
    // A record that is older than the field says nothing of it.
    expect(originOf(values, HELD, equal)).toEqual({ cause: 'unknown' });
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
