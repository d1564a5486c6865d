import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { durationMs, formatDuration, parseDuration } from '../../../src/model/duration.ts';

describe('parseDuration', () => {
  it('reads what Compose and Go read, and bare numbers as milliseconds', () => {
    const texts = ['1h30m', '10s', '500ms', '1.5s', '250us', '250µs', '10ns', '0s', '1500', ' 2s ', '1m0.5s'];

    expect(texts.map(parseDuration)).toEqual([
      5_400_000, 10_000, 500, 1500, 0.25, 0.25, 0.00001, 0, 1500, 2000, 60_500,
    ]);
    expect(parseDuration(1500)).toBe(1500);
  });

  it('is null for what is no duration', () => {
    const texts = ['', 's', '10 s', '10sec', '-5s', '1h-30m', '1d', '10s5', 'ten', '1..5s', '0x10'];

    expect(texts.map(parseDuration)).toEqual(texts.map(() => null));
    expect([-1, Number.NaN, Number.POSITIVE_INFINITY].map(parseDuration)).toEqual([null, null, null]);
  });
});

describe('formatDuration', () => {
  it('is the canonical text: equal durations have equal texts', () => {
    expect([0, 500, 90_000, 5_400_000, 3_661_001, 0.25, 172_800_000].map(formatDuration)).toEqual([
      '0s',
      '500ms',
      '1m30s',
      '1h30m',
      '1h1m1s1ms',
      '0.25ms',
      '48h',
    ]);
    const pairs = [
      ['64.1m', '1h4m6s'],
      ['1.001s', '1s1ms'],
      ['90s', '1m30s'],
      ['0.1s', '100ms'],
      ['60m', '1h'],
    ] as const;
    for (const [one, other] of pairs) expect(formatDuration(parseDuration(one) ?? -1)).toBe(other);
  });

  it('reads back as what it was', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 12 }), (microseconds) => {
        const milliseconds = microseconds / 1000;
        expect(parseDuration(formatDuration(milliseconds))).toBe(milliseconds);
      }),
    );
  });
});

describe('durationMs', () => {
  it('falls back where there is no duration', () => {
    expect([durationMs('2s', 7), durationMs(5, 7), durationMs('x', 7), durationMs(null, 7), durationMs({}, 7)]).toEqual(
      [2000, 5, 7, 7, 7],
    );
  });
});
