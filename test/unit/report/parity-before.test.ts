import { describe, expect, it } from 'vitest';
import { parityBefore } from '../../../src/report/parity-before.ts';
import { beforeText } from '../../../src/report/parity-words.ts';
import { COMMIT } from '../../support/builders.ts';
import { noParity, sampleParity } from '../../support/formats/sample-parity.ts';

const REVISION = { commit: COMMIT, dirty: false };

describe('a parity and what it was before', () => {
  it('counts what is gone and what is new, without what is waived and what has no weight', () => {
    const [differing, same] = [sampleParity('x'), noParity()];

    expect(parityBefore(differing, same, REVISION)).toEqual({
      revision: REVISION,
      score: 0.5,
      overall_status: 'incompatible',
      gone: 4,
      added: 0,
    });
    expect(parityBefore(same, differing, REVISION)).toMatchObject({ score: 1, gone: 0, added: 4 });
  });

  it('is one sentence', () => {
    const report = sampleParity('x');
    const told = (gone: number, added: number): string => {
      const before = { ...parityBefore(report, report, REVISION), gone, added };
      return beforeText({ ...report, metadata: { ...report.metadata, before } });
    };

    expect(told(0, 0)).toBe('At 1a2b3c4 parity was 50 % (incompatible), by the same differences.');
    expect(told(1, 2)).toBe('At 1a2b3c4 parity was 50 % (incompatible): 1 difference is gone since, and 2 are new.');
    expect(beforeText(report)).toBe('');
  });
});
