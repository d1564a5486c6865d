import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatSize, parseSize } from '../../../src/model/quantity.ts';

describe('parseSize', () => {
  it('reads binary units however they are written, and bare numbers as bytes', () => {
    const texts = ['256MiB', '256m', '256mb', '256Mi', '268435456', '268435456B', ' 256 MIB ', '0.25GiB', '262144k'];

    expect(new Set(texts.map(parseSize))).toEqual(new Set([268_435_456]));
    expect([parseSize(1024), parseSize('1TiB'), parseSize('0')]).toEqual([1024, 1024 ** 4, 0]);
  });

  it('is null for what is no size, or none that can be counted', () => {
    const texts = ['', 'MiB', '-1m', '1.5.5m', '1 MiB extra', '10x', '1constructor', '99999999999TiB', '1e3'];

    expect(texts.map(parseSize)).toEqual(texts.map(() => null));
    expect(parseSize(Number.NaN)).toBeNull();
  });
});

describe('formatSize', () => {
  it('uses the largest unit that divides without rest', () => {
    expect([0, 1, 1023, 1024, 1536, 268_435_456, 1.5 * 1024 ** 3, 1024 ** 4].map(formatSize)).toEqual([
      '0B',
      '1B',
      '1023B',
      '1KiB',
      '1536B',
      '256MiB',
      '1536MiB',
      '1TiB',
    ]);
  });

  it('reads back as what it was', () => {
    fc.assert(
      fc.property(fc.nat(Number.MAX_SAFE_INTEGER), (bytes) => {
        expect(parseSize(formatSize(bytes))).toBe(bytes);
      }),
    );
  });
});
