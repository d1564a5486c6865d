import { describe, expect, it } from 'vitest';
import { latestBlame, needsOrder } from '../../../src/flow/latest-blame.ts';
import type { Blame } from '../../../src/model/explanation.ts';

const EDIT: Blame = { kind: 'not_committed' };
const STRANGE: Blame = { kind: 'not_tracked' };

const LINE = by('aaaa', '2026-02-01');
const VARIABLE = by('bbbb', '2026-02-01');
const REBASED = by('cccc', '2001-01-01');

function by(commit: string, day: string): Blame {
  const date = `${day}T00:00:00.000Z`;
  return { kind: 'commit', commit, author: 'Ann', date, summary: 'more', at_or_before: false };
}

describe('who changed a value last', () => {
  it('is the commit that comes first in their order, whatever dates they bear', () => {
    expect(latestBlame([LINE, VARIABLE], ['ffff', 'bbbb', 'aaaa'])).toBe(VARIABLE);
    expect(latestBlame([LINE, VARIABLE, REBASED], ['cccc', 'bbbb', 'aaaa'])).toBe(REBASED);
    expect(latestBlame([LINE, REBASED], ['cccc'])).toBe(REBASED);
  });

  it('is the newest by date where their order names none of them', () => {
    expect(latestBlame([REBASED, STRANGE, LINE], [])).toBe(LINE);
    expect(latestBlame([REBASED, LINE], ['ffff'])).toBe(LINE);
  });

  it('is whoever edits it now before any commit', () => {
    expect(latestBlame([LINE, EDIT, REBASED], ['aaaa'])).toBe(EDIT);
  });

  it('is not known where no commit is', () => {
    expect(latestBlame([], ['aaaa'])).toBeNull();
    expect(latestBlame([STRANGE, { kind: 'unknown', reason: 'no' }], ['aaaa'])).toBeNull();
  });
});

describe('the order of commits', () => {
  it('is needed where there are several, and nothing newer than all of them', () => {
    expect(needsOrder([LINE, VARIABLE])).toBe(true);
    expect(needsOrder([LINE, LINE, STRANGE])).toBe(false);
    expect(needsOrder([LINE, VARIABLE, EDIT])).toBe(false);
    expect(needsOrder([])).toBe(false);
  });
});
