import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canonicalJson,
  compareText,
  isJsonObject,
  type Json,
  jsonEqual,
  member,
  memberAt,
  parseJson,
} from '../../../src/model/json.ts';

const values: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.oneof(fc.constant(null), fc.boolean(), fc.integer(), fc.string({ unit: 'binary' })),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.string(), tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value;

describe('jsonEqual', () => {
  it('takes an absent member and null for the same', () => {
    expect(jsonEqual({ a: 1, b: null }, { a: 1 })).toBe(true);
    expect(jsonEqual({}, { b: null })).toBe(true);
    expect(jsonEqual({ a: { b: null } }, { a: {} })).toBe(true);
    expect(jsonEqual({ a: null }, { a: false })).toBe(false);
  });

  it('tells apart what only looks alike', () => {
    const kinds: readonly Json[] = [null, false, 0, '', [], {}, '0', [null], [[]], ['0']];
    for (const one of kinds) for (const other of kinds) expect(jsonEqual(one, other)).toBe(one === other);
  });

  it('does not care for the order of members, and does for that of items', () => {
    expect(jsonEqual({ a: 1, b: 2 }, { b: 2, a: 1 })).toBe(true);
    expect(jsonEqual([1, 2], [2, 1])).toBe(false);
  });

  it('is the same both ways, and true for a copy', () => {
    fc.assert(
      fc.property(values, values, (one, other) => {
        expect(jsonEqual(one, other)).toBe(jsonEqual(other, one));
        expect(jsonEqual(one, structuredClone(one))).toBe(true);
      }),
    );
  });
});

describe('canonicalJson', () => {
  it('gives equal values equal bytes, whatever the order of their members', () => {
    expect(canonicalJson({ b: [1, { d: null, c: 'x\n' }], a: true })).toBe('{"a":true,"b":[1,{"c":"x\\n"}]}');
    fc.assert(
      fc.property(values, (value) => {
        expect(canonicalJson(reversed(value))).toBe(canonicalJson(value));
      }),
    );
  });

  it('is JSON of an equal value: what is not set is left out', () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(jsonEqual(parseJson(canonicalJson(value)), value)).toBe(true);
      }),
    );
  });
});

describe('members', () => {
  it('are null where they are missing, and never inherited', () => {
    expect([
      member({ a: 1 }, 'a'),
      member({}, 'a'),
      member(undefined, 'a'),
      member([1], '0'),
      member('text', 'length'),
    ]).toEqual([1, null, null, null, null]);
    expect([
      member({}, 'toString'),
      member({}, '__proto__'),
      memberAt({ a: { b: 2 } }, 'a', 'b'),
      memberAt({ a: 1 }, 'a', 'b'),
    ]).toEqual([null, null, 2, null]);
    expect([isJsonObject({}), isJsonObject([]), isJsonObject(null), isJsonObject('')]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});

describe('compareText', () => {
  it('orders by code unit and never by locale', () => {
    expect(['b', 'a', 'ä', 'B', 'z', '10', '9'].sort(compareText)).toEqual(['10', '9', 'B', 'a', 'b', 'z', 'ä']);
    expect(compareText('a', 'a')).toBe(0);
  });
});

function reversed(value: Json): Json {
  if (Array.isArray(value)) return value.map((item: Json) => reversed(item));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, item]) => [key, reversed(item)] as const)
      .toReversed(),
  );
}
