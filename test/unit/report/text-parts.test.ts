import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fieldPath } from '../../../src/model/field-path.ts';
import { fieldText } from '../../../src/report/field-text.ts';
import { wrapParts, wrapWords } from '../../../src/report/layout.ts';
import { displayWidth, padded, safeJson, safeLines, safeText, shorten } from '../../../src/report/safe-text.ts';
import { shortenPair, valuePair, valueText } from '../../../src/report/value-text.ts';
import { countList, elapsedText, listed, plural, revisionText } from '../../../src/report/words.ts';
import { COMMIT } from '../../support/builders.ts';

describe('safeJson', () => {
  it('says the same with nothing in it that drives a terminal', () => {
    const value = { text: 'c1 \u009B31m, \u202E, \u2028, \u{E0001}, \u007F, naïve 😀\n' };

    const line = safeJson(JSON.stringify(value));

    expect(line).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    expect(JSON.parse(line)).toEqual(value);
  });
});

describe('safeText', () => {
  it('escapes all that could do more than be read', () => {
    expect(safeText('plain text, 100 %')).toBe('plain text, 100 %');
    expect(safeText('naïve 日本 😀')).toBe('naïve 日本 😀');
    expect(safeText('\t\r\n\u0000\u001B[0m\u007F\u0085')).toBe('\\t\\r\\n\\u0000\\u001b[0m\\u007f\\u0085');
    expect(safeText('\u200D\u202E\u2028\uFEFF\uD800\u{E0041}')).toBe('\\u200d\\u202e\\u2028\\ufeff\\ud800\\u{e0041}');
  });

  it('keeps the lines of a text that has several', () => {
    expect(safeLines('a\r\nb\u0007\n')).toEqual(['a', 'b\\u0007']);
  });
});

describe('widths', () => {
  it('counts columns, not characters, and no colours', () => {
    expect(['abc', 'é', 'e\u0301', '日本', '😀', '\u001B[31mred\u001B[39m'].map(displayWidth)).toEqual([
      3, 1, 1, 4, 2, 3,
    ]);
    expect(padded('日', 4)).toBe('日  ');
  });

  it('shortens to the width that there is, and never splits a character', () => {
    expect(shorten('abcdef', 6)).toBe('abcdef');
    expect(shorten('abcdef', 4)).toBe('abc…');
    expect(shorten('日本語日本', 6)).toBe('日本…');
    expect(shorten('😀😀😀', 4)).toBe('😀…');
  });
});

describe('layout', () => {
  it('breaks before the part that does not fit, and never within one', () => {
    expect(wrapParts(['aaa', '', 'bbb', 'ccccccccccc', 'd'], 8, 2)).toBe('aaa bbb\n  ccccccccccc\n  d');
    expect(wrapWords('  one two three', 9, 2)).toBe('    one\n    two\n    three');
    expect(wrapWords('one two three', Number.POSITIVE_INFINITY, 0)).toBe('one two three');
  });
});

describe('fieldText', () => {
  it('joins plain names with dots, and puts names that would mislead in brackets', () => {
    expect(fieldText(fieldPath('networking', 'ports', '8080/tcp'))).toBe('networking.ports.8080/tcp');
    expect(fieldText(fieldPath('labels', 'dev.acme.team', 'a'))).toBe('labels["dev.acme.team"].a');
    expect(fieldText(fieldPath("it's", '', 'a b', '\u001B[2J'))).toBe('["it\'s"][""]["a b"]["\\u001b[2J"]');
    expect(fieldText('$')).toBe('(everything)');
    expect(fieldText('no path\u0007')).toBe('no path\\u0007');
  });
});

describe('values', () => {
  it('tells texts from numbers, and what is not set from what is empty', () => {
    expect(
      [null, '', '5', 5, true, [], {}, ['a', null], { 'a b': 1, c: null }].map((value) => valueText(value)),
    ).toEqual(['(not set)', '""', '"5"', '5', 'true', '[]', '{}', '["a", null]', '{"a b": 1}']);
  });

  it('never lets two different values look the same when they are shortened', () => {
    const runs = fc
      .tuple(fc.constantFrom('x', 'ab', '日', '😀', '\n', '"'), fc.nat(60))
      .map(([text, count]) => text.repeat(count));
    const texts = fc.array(runs, { maxLength: 3 }).map((parts) => parts.join(''));

    fc.assert(
      fc.property(texts, texts, texts, texts, fc.integer({ min: 12, max: 40 }), (start, one, other, end, columns) => {
        fc.pre(`${one}${end}` !== `${other}${end}`);
        const shown = shortenPair(valuePair(`${start}${one}${end}`, `${start}${other}${end}`, 'after'), columns);

        expect(shown.before).not.toBe(shown.after);
        expect(Math.max(displayWidth(shown.before), displayWidth(shown.after))).toBeLessThanOrEqual(columns);
      }),
    );
  });
});

describe('words', () => {
  it('counts and lists', () => {
    expect([plural(1, 'error'), plural(0, 'error'), plural(2, 'match', 'matches')]).toEqual([
      '1 error',
      '0 errors',
      '2 matches',
    ]);
    expect(
      countList([
        [2, 'created'],
        [0, 'removed'],
        [1, 'moved'],
      ]),
    ).toBe('2 created, 1 moved');
    expect([listed(['a', 'b'], 2), listed(['a', 'b', 'c'], 2)]).toEqual(['a, b', 'a, b and 1 more']);
  });

  it('names revisions and times as people do', () => {
    expect(revisionText({ commit: COMMIT, dirty: true })).toBe('1a2b3c4 (dirty)');
    const times = [0, 999, 1000, 59_949, 59_950, 61_000, 3_599_999, 86_399_000, 86_400_000, -5];
    expect(times.map(elapsedText)).toEqual([
      '0 ms',
      '999 ms',
      '1.0 s',
      '59.9 s',
      '1 m 00 s',
      '1 m 01 s',
      '1 h 00 m',
      '23 h 59 m',
      '1 d 00 h',
      '0 ms',
    ]);
  });
});
