import { fc, it } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { type Filter, filtersOf } from '../../../../src/report/page/filters.ts';

const NAMES = ['first', 'second', 'third', 'fourth'] as const;
const VALUES = ['a', 'b', 'c'] as const;

const items = fc.array(fc.tuple(...NAMES.map(() => fc.constantFrom(...VALUES))), { minLength: 1, maxLength: 12 });
const chosen = fc.tuple(...NAMES.map(() => fc.option(fc.constantFrom(...VALUES))));

/** The items that are left, by the rules of the style alone; and whether it says that nothing is. */
function shown(style: string, classes: readonly string[], ids: readonly string[]): { left: number; isNone: boolean } {
  const applies = (selector: string): boolean =>
    [...selector.matchAll(/#([\w-]+):checked/g)].every(([, id]) => ids.includes(id ?? ''));
  const rules = [...style.matchAll(/main([^{]*?) (\.item:not\(\.([\w-]+)\)|\.none)\{/g)];
  const active = rules.filter(([, selector]) => applies(selector ?? ''));
  const needed = active.flatMap(([, , , kept]) => (kept === undefined ? [] : [kept]));
  return {
    left: classes.filter((each) => needed.every((name) => each.split(' ').includes(name))).length,
    isNone: active.some(([, , what]) => what === '.none'),
  };
}

describe('filters', () => {
  it.prop([items, chosen])('say that nothing is left where nothing is, and nowhere else', (all, choice) => {
    const filters = NAMES.map((name, at): Filter => {
      const choices = VALUES.map((value) => ({ value, words: value }));
      return { name, legend: name, choices, values: all.map((item) => item[at] ?? '') };
    });
    const { style, classes } = filtersOf('item', filters);
    // Only what occurs, and is not all there is, can be chosen.
    const ids = filters.flatMap(({ name, values }, at) => {
      const value = choice[at] ?? null;
      return value !== null && new Set(values).size > 1 && values.includes(value) ? [`${name}-${value}`] : [];
    });

    const { left, isNone } = shown(style, classes, ids);

    expect(left).toBe(all.filter((item) => filters.every(({ name }, at) => meant(ids, name, item[at]))).length);
    expect(isNone).toBe(left === 0);
  });
});

function meant(ids: readonly string[], name: string, value: string | undefined): boolean {
  return !ids.some((id) => id.startsWith(`${name}-`)) || ids.includes(`${name}-${value}`);
}
