import * as fc from 'fast-check';
import { type JSONValue, query } from 'json-p3';
import { describe, expect, it } from 'vitest';
import { childPath, fieldPath, parseFieldPath, ROOT_PATH, valueAt } from '../../../src/model/field-path.ts';

const names = fc.array(fc.string({ unit: 'binary' }), { maxLength: 4 });

describe('field paths', () => {
  it('are written in the normalised form of RFC 9535', () => {
    expect(fieldPath('networking', 'ports', '8080/tcp')).toBe("$['networking']['ports']['8080/tcp']");
    expect(fieldPath()).toBe(ROOT_PATH);
    expect(childPath(ROOT_PATH, "it's a \\ \n\u0001\u007F")).toBe("$['it\\'s a \\\\ \\n\\u0001\u007F']");
  });

  it('read back as the names that they were made of', () => {
    fc.assert(
      fc.property(names, (path) => {
        expect(parseFieldPath(fieldPath(...path))).toEqual(path);
      }),
    );
  });

  it('are never the same for different names', () => {
    fc.assert(
      fc.property(names, names, (one, other) => {
        expect(fieldPath(...one) === fieldPath(...other)).toBe(JSON.stringify(one) === JSON.stringify(other));
      }),
    );
  });

  it('mean to a JSONPath library what they mean here', () => {
    const keys = fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(keys, (path) => {
        const value = path.reduceRight<JSONValue>((inner, name) => ({ [name]: inner }), 'found');
        expect(query(fieldPath(...path), value).values()).toEqual(['found']);
      }),
    );
  });

  it('are refused in any other form', () => {
    const texts = ['', 'a', '$.a', '$["a"]', "$['a'", "$['a'].b", '$[a]', "$['a']x", '$[-1]', "['a']"];

    expect(texts.map(parseFieldPath)).toEqual(texts.map(() => null));
    expect(parseFieldPath("$['a'][12]['b']")).toEqual(['a', '12', 'b']);
  });
});

describe('valueAt', () => {
  it('follows members and indexes, and is null where a link is missing', () => {
    const value = { a: [{ b: 1 }, 'text'], c: null };

    expect(valueAt(value, "$['a'][0]['b']")).toBe(1);
    expect(valueAt(value, '$')).toBe(value);
    expect(
      ["$['c']['d']", "$['a'][7]", "$['a'][1]['length']", "$['toString']", "$['__proto__']"].map((path) =>
        valueAt(value, path),
      ),
    ).toEqual([null, null, null, null, null]);
  });
});
