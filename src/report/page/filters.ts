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
  const none = el('p', { class: 'none', role: 'status' }, `No ${what} is both.`);
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

/** One rule for each pair of choices that no item has. */
function noneRules([first, second]: readonly Filter[]): readonly string[] {
  if (first === undefined || second === undefined) return [];
  const together = new Set(first.values.map((value, index) => `${value} ${second.values[index]}`));
  return first.choices.flatMap(({ value: one }) =>
    second.choices
      .filter(({ value: other }) => !together.has(`${one} ${other}`))
      .map(({ value: other }) => {
        const chosen = `main:has(#${classOf(first.name, one)}:checked):has(#${classOf(second.name, other)}:checked)`;
        return `${chosen} .none{display:block}`;
      }),
  );
}

function classOf(name: string, value: string): string {
  return `${name}-${value}`;
}
