/**
 * Filters without a script: radio buttons, and a style that hides what the chosen ones do not mean. Only values that occur are
 * offered; where two choices leave nothing, a line says so.
 */
import { el, type Html } from './html.ts';

export interface Choice {
  /** Part of ids and classes: one of our own words. */
  readonly value: string;
  readonly words: string;
}

export interface Filter {
  readonly name: string;
  readonly legend: string;
  readonly choices: readonly Choice[];
  /** The value of each item of the list, in its order. */
  readonly values: readonly string[];
}

export interface Filters {
  readonly html: Html | null;
  readonly style: string;
  /** The class of each item of the list. */
  readonly classes: readonly string[];
}

/** `what` is one item in words: `change`. */
export function filtersOf(what: string, filters: readonly Filter[]): Filters {
  const used = filters.map((filter) => {
    return { ...filter, choices: filter.choices.filter(({ value }) => filter.values.includes(value)) };
  });
  const offered = used.filter(({ choices }) => choices.length > 1);
  const count = filters[0]?.values.length ?? 0;
  const classes = Array.from({ length: count }, (_none, index) =>
    used.map(({ name, values }) => classOf(name, values[index] ?? '')).join(' '),
  );
  if (offered.length === 0) return { html: null, style: '', classes };
  const none = el(
    'p',
    { class: 'none', role: 'status' },
    `No ${what} is ${offered.length > 2 ? 'all of that' : 'both'}.`,
  );
  const html = el('div', { class: 'filters' }, ...offered.map(fieldset), none);
  return { html, style: [...offered.flatMap(hideRules), ...noneRules(offered)].join(''), classes };
}

function fieldset({ name, legend, choices, values }: Filter): Html {
  const all = radio(name, 'all', `all ${values.length}`, true);
  const others = choices.map(({ value, words }) => {
    const count = values.filter((item) => item === value).length;
    return radio(name, value, `${words} ${count}`, false);
  });
  return el('fieldset', {}, el('legend', {}, legend), el('div', { class: 'choices' }, all, others));
}

function radio(name: string, value: string, words: string, checked: boolean): Html {
  const id = classOf(name, value);
  return el(
    'span',
    {},
    el('input', { type: 'radio', name, id, value, checked: checked ? true : null }),
    el('label', { for: id }, words),
  );
}

function hideRules({ name, choices }: Filter): readonly string[] {
  return choices.map(({ value }) => {
    const id = classOf(name, value);
    return `main:has(#${id}:checked) .item:not(.${id}){display:none}`;
  });
}

/** One rule for each smallest set of choices that no item has together. */
function noneRules(filters: readonly Filter[]): readonly string[] {
  const together = new Set(valuesOf(filters).flatMap(subsetsOf).map(keyOf));
  return combinationsOf(filters)
    .filter((chosen) => !together.has(keyOf(chosen)))
    .filter((chosen) => chosen.every((left) => together.has(keyOf(chosen.filter((kept) => kept !== left)))))
    .map((chosen) => `main${chosen.map((id) => `:has(#${id}:checked)`).join('')} .none{display:block}`);
}

/** Of each item what can be chosen for it, one of each filter. */
function valuesOf(filters: readonly Filter[]): readonly (readonly string[])[] {
  const distinct = new Map(
    (filters[0]?.values ?? []).map((_none, index) => {
      const ids = filters.map(({ name, values }) => classOf(name, values[index] ?? ''));
      return [keyOf(ids), ids] as const;
    }),
  );
  return [...distinct.values()];
}

/** A choice, or none, of each filter. */
function combinationsOf(filters: readonly Filter[]): readonly (readonly string[])[] {
  return filters.reduce<readonly (readonly string[])[]>(
    (chosen, { name, choices }) =>
      chosen.flatMap((ids) => [ids, ...choices.map(({ value }) => [...ids, classOf(name, value)])]),
    [[]],
  );
}

function subsetsOf(ids: readonly string[]): readonly (readonly string[])[] {
  return ids.reduce<readonly (readonly string[])[]>(
    (subsets, id) => subsets.flatMap((subset) => [subset, [...subset, id]]),
    [[]],
  );
}

function keyOf(ids: readonly string[]): string {
  return ids.join(' ');
}

function classOf(name: string, value: string): string {
  return `${name}-${value}`;
}
