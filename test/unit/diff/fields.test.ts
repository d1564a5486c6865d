import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { differingFields } from '../../../src/diff/fields.ts';
import type { JsonObject } from '../../../src/model/json.ts';

const value: fc.Arbitrary<JsonObject> = fc.dictionary(
  fc.constantFrom('a', 'b', 'c', "it's", '__proto__'),
  fc.letrec<{ node: JsonObject[string] }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom<JsonObject[string][]>(null, 1, 'x', true),
      fc.array(fc.constantFrom('p', 'q'), { maxLength: 2 }),
      fc.dictionary(fc.constantFrom('a', 'b', '8080/tcp'), tie('node'), { maxKeys: 3 }),
    ),
  })).node,
);

describe('the field walk', () => {
  it('names each differing field once, by its whole path, in order', () => {
    const desired = { labels: { team: 'core' }, process: { command: ['a', 'b'], cwd: '/srv' }, role: null };
    const observed = { labels: { team: 'core', extra: 'x' }, process: { command: ['a'], cwd: '/srv' } };

    expect(differingFields(desired, observed).map(({ path, desired: want, observed: is }) => [path, want, is])).toEqual(
      [
        ["$['labels']['extra']", null, 'x'],
        ["$['process']['command']", ['a', 'b'], ['a']],
      ],
    );
  });

  it('takes an unset group and an empty one for the same', () => {
    expect(differingFields({ labels: {}, health_check: null }, { health_check: {} })).toEqual([]);
  });

  it('compares a secret as one value and never walks into it', () => {
    const fields = differingFields({ env: { T: { $secret: 'aa' } } }, { env: { T: { $secret: 'bb' } } });

    expect(fields.map(({ path }) => path)).toEqual(["$['env']['T']"]);
    expect(differingFields({ env: { T: { $secret: 'aa' } } }, { env: { T: { $secret: 'aa' } } })).toEqual([]);
  });

  test.prop([value])('finds nothing between a value and itself', (config) => {
    expect(differingFields(config, structuredClone(config))).toEqual([]);
  });

  test.prop([value, value])('finds the same fields in both directions', (left, right) => {
    const there = differingFields(left, right);
    const back = differingFields(right, left);

    expect(back.map(({ path, desired, observed }) => [path, observed, desired])).toEqual(
      there.map(({ path, desired, observed }) => [path, desired, observed]),
    );
  });
});
