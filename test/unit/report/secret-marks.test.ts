import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../src/model/json.ts';
import { hideSecrets, markSecrets, sensitivity } from '../../../src/report/secret-marks.ts';

const values: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<Json>(null, true, 1, 'text'),
    fc.constantFrom<Json>({ $secret: 'hash-1' }, { $secret: 'hash-2' }, { $secret: 'unresolved' }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('value'), { maxKeys: 3 }),
  ),
})).value;

describe('markSecrets', () => {
  it('lets no hash through, wherever it stands', () => {
    fc.assert(
      fc.property(values, values, (before, after) => {
        const text = JSON.stringify([markSecrets(before, after), hideSecrets(before)]);
        expect(text).not.toMatch(/hash-|unresolved/);
      }),
    );
  });

  it('calls no secret changed when nothing did', () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(JSON.stringify(markSecrets(value, value))).not.toContain('"changed"');
      }),
    );
  });

  it('compares by place, and knows nothing of a side that is missing, plain or not resolved', () => {
    const before = { a: { $secret: 'hash-1' }, b: { $secret: 'hash-1' }, c: { $secret: 'hash-1' }, d: 'plain', e: [1] };
    const after = {
      a: { $secret: 'hash-1' },
      b: { $secret: 'hash-2' },
      c: null,
      d: { $secret: 'hash-1' },
      e: { $secret: 'unresolved' },
    };

    expect(markSecrets(before, after)).toEqual({
      before: {
        a: { $secret: 'same' },
        b: { $secret: 'changed' },
        c: { $secret: 'unknown' },
        d: { $secret: 'unknown' },
        e: { $secret: 'unknown' },
      },
      after: {
        a: { $secret: 'same' },
        b: { $secret: 'changed' },
        c: null,
        d: { $secret: 'unknown' },
        e: { $secret: 'unknown' },
      },
    });
  });
});

describe('sensitivity', () => {
  it('is true at each secret leaf and leaves out the rest', () => {
    expect(sensitivity({ a: { b: { $secret: 'same' }, c: 1 }, d: [1, { $secret: 'same' }], e: {} })).toEqual({
      a: { b: true },
      d: [false, true],
    });
    expect([sensitivity(null), sensitivity([1]), sensitivity({ a: {} })]).toEqual([false, false, false]);
  });
});
