import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Keys, validKey } from '../../../../src/manifest/import/keys.ts';
import { isAddress } from '../../../../src/model/address.ts';

function keysOf(names: readonly string[], prefixes: readonly string[] = []): readonly (string | null)[] {
  const keys = new Keys(prefixes);
  return keys.keysFor(names.map((name) => ({ name, key: null, number: 1 }))).map(({ key }) => key);
}

describe('keys of imported things', () => {
  it('are names without the prefix of their project and the number that the first of a service has', () => {
    expect(keysOf(['shop-web-1', 'shop_db_1', 'shop-web-2', 'shopping', 'shop-'], ['shop'])).toEqual([
      'web',
      'db',
      'web-2',
      'shopping',
      'shop',
    ]);
  });

  it('are what their own tool says, with a number for all but the first', () => {
    const keys = new Keys(['shop']);

    expect(
      keys.keysFor([
        { name: 'x', key: 'web', number: 1 },
        { name: 'y', key: 'web', number: 2 },
      ]),
    ).toEqual([
      { key: 'web', from: null },
      { key: 'web-2', from: null },
    ]);
  });

  it('say what they would be, were that valid and free', () => {
    const keys = new Keys(['shop']);

    expect(keys.keysFor(['Other', 'shop-web-1', 'web'].map((name) => ({ name, key: null, number: 1 })))).toEqual([
      { key: 'other', from: 'Other' },
      { key: 'web', from: null },
      { key: 'web-2', from: 'web' },
    ]);
  });

  it('are of those whose name is a valid one first, and what is made valid gives way', () => {
    expect(keysOf(['WEB', 'Web', 'web', 'web-2'])).toEqual(['web-3', 'web-4', 'web', 'web-2']);
  });

  it('never begin like an address, and are never empty', () => {
    expect(['service.web', '___', 'ä', 'UPPER.Case'].map(validKey)).toEqual([
      'service-web',
      'unnamed',
      'unnamed',
      'upper.case',
    ]);
  });

  it('are valid, each once, and no addresses, whatever the names', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 90 })), (names) => {
        const keys = keysOf(names, ['a']);

        expect(new Set(keys).size).toBe(names.length);
        for (const key of keys) {
          expect(key).toMatch(/^[a-z0-9][a-z0-9_.-]{0,62}$/);
          expect(isAddress(key ?? '')).toBe(false);
        }
      }),
    );
  });
});
