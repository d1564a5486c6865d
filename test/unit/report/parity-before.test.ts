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

  it('says nothing of what is unknown on either occasion', () => {
    const [differing, same] = [sampleParity('x'), noParity()];
    const names = differing.service_diffs.map(({ service_name: name }) => `service.${name}` as const);
    const [first, ...others] = names;
    if (first === undefined) throw new Error('the sample has services');
    const unknown = [{ side: 'source' as const, engine: null, reason: 'has a mistake', addresses: [first, ...others] }];
    const hidden = { ...same, metadata: { ...same.metadata, unknown } };

    const { gone } = parityBefore(differing, same, REVISION);
    const { gone: known } = parityBefore(differing, hidden, REVISION);

    expect(known).toBeLessThan(gone);
    expect(parityBefore(hidden, differing, REVISION).added).toBe(known);
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
