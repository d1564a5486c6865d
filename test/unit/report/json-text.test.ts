import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonText } from '../../../src/report/json-text.ts';

describe('jsonText', () => {
  it('is indented, with a final line break, and leaves letters of all scripts as they are', () => {
    expect(jsonText({ name: 'größe 大 👍', list: ['a\nb'] })).toBe(
      '{\n  "name": "größe 大 👍",\n  "list": [\n    "a\\nb"\n  ]\n}\n',
    );
  });

  it('escapes what a terminal obeys, what turns the direction of text, and what ends a line', () => {
    expect(
      jsonText({ 'k\u{9b}': 'a\u{9b}2Jb\u{7f}c\u{202e}d\u{2066}e\u{200f}f\u{2028}g\u{2029}h\u{85}i\u{e0001}' }),
    ).toBe('{\n  "k\\u009b": "a\\u009b2Jb\\u007fc\\u202ed\\u2066e\\u200ff\\u2028g\\u2029h\\u0085i\\udb40\\udc01"\n}\n');
  });

  it('says the same whatever it escapes', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' })), (value) => {
        const text = jsonText(value);
        expect({ ...JSON.parse(text) }).toEqual({ ...value });
        expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      }),
    );
  });

  it('lets no keyed hash through', () => {
    expect(jsonText({ password: { $secret: 'hmac-sha256:abc' } })).toBe(
      '{\n  "password": {\n    "$secret": "unknown"\n  }\n}\n',
    );
  });
});
