import { describe, expect, it } from 'vitest';
import { type KeptParity, type ParityHistoryEntry, trendOf } from '../../../src/report/parity-history.ts';
import { causeText, renderParityHistory } from '../../../src/report/parity-history-text.ts';
import { SAMPLE_HISTORY } from '../../support/sample-reports.ts';

const OPTIONS = { color: false, width: 120, isThorough: false };

function kept(score: number | null, { unknown = false, errors = 0 } = {}): KeptParity {
  const [first] = SAMPLE_HISTORY.entries;
  if (first === undefined) throw new Error('the sample has entries');
  return { ...first, score, unknown, severities: { info: 0, warning: 0, error: errors, critical: 0 } };
}

function caused(entry: Partial<ParityHistoryEntry>): string {
  return causeText({ ...kept(0.5), trend: 'worse', cause: 'commits', moved: [], ...entry });
}

describe('the history of a parity', () => {
  it('goes by the score, and by what weighs most where that is the same', () => {
    expect(trendOf(null, kept(1))).toBe('first');
    expect(trendOf(kept(1), kept(0.5))).toBe('worse');
    expect(trendOf(kept(0.5), kept(1, { errors: 1 }))).toBe('better');
    expect(trendOf(kept(0.5, { errors: 2 }), kept(0.5, { errors: 1 }))).toBe('better');
    expect(trendOf(kept(0.5), kept(0.5))).toBe('same');
  });

  it('says nothing of what was not seen as a whole', () => {
    expect(trendOf(kept(1, { unknown: true }), kept(0.5))).toBe('same');
    expect(trendOf(kept(1), kept(0.5, { unknown: true }))).toBe('same');
    expect(trendOf(kept(1), kept(null))).toBe('same');
  });

  it('names the very commit, the range, or what else it was', () => {
    const moved = { side: 'both', since: 'a'.repeat(40), commit: 'b'.repeat(40), subject: 'Do it' } as const;

    expect(caused({ moved: [{ ...moved, since: null, commits: 1 }] })).toBe('bbbbbbb Do it');
    expect(caused({ moved: [{ ...moved, commits: 7 }] })).toBe('aaaaaaa..bbbbbbb (7 commits)');
    expect(caused({ moved: [{ ...moved, side: 'source', subject: null, commits: null }] })).toBe('source at bbbbbbb');
    expect(caused({ cause: 'uncommitted' })).toBe('changes that nobody had committed');
    expect(caused({ cause: 'elsewhere' })).toBe('no commit');
    expect(caused({ trend: 'same', cause: null })).toBe('');
  });

  it('says how the one of several commits is found, as long as that was not tried', () => {
    const [first] = SAMPLE_HISTORY.entries;
    if (first === undefined) throw new Error('the sample has entries');
    const moved = [
      { side: 'both', since: 'a'.repeat(40), commit: 'b'.repeat(40), subject: 'Do it', commits: 7 },
    ] as const;
    const history = {
      ...SAMPLE_HISTORY,
      entries: [first, { ...first, trend: 'worse', cause: 'commits', moved }],
    } as const;
    const hint = '`--bisect` finds the one of several commits that did it.';

    expect(renderParityHistory(history, OPTIONS)).toContain(hint);
    expect(renderParityHistory(history, { ...OPTIONS, isThorough: true })).not.toContain(hint);
    expect(renderParityHistory({ ...history, entries: [first] }, OPTIONS)).not.toContain(hint);
  });
});
