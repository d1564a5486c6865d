/**
 * What is wrong with what people say of rules: two that contradict each other, one that can never be reached, and one that is about
 * nothing. Pure; each problem is said at the rule that comes later.
 */
import type { FieldPattern } from '../../model/field-pattern.ts';
import { nearest } from '../../model/nearest.ts';
import type { ParityRule, ParityRuleOverride } from '../../model/parity.ts';
import { formatSource, type SourceRange } from '../../model/source.ts';
import { builtInParityRules, parityRulesWith, parseRulePattern } from './rules.ts';

export interface RuleProblem {
  readonly id: string;
  readonly source: SourceRange | null;
  readonly summary: string;
  /** What to do about it. */
  readonly detail: string;
}

export function parityRuleProblems(overrides: readonly ParityRuleOverride[]): readonly RuleProblem[] {
  return [...saidTwice(overrides), ...withoutFields(overrides), ...unreachable(overrides)];
}

function saidTwice(overrides: readonly ParityRuleOverride[]): readonly RuleProblem[] {
  return overrides.flatMap(({ id, source }, index): readonly RuleProblem[] => {
    const first = overrides.slice(0, index).find((earlier) => earlier.id === id);
    if (first === undefined) return [];
    const summary = `the rule "${id}" stands there twice${placeOf(first.source)}`;
    return [{ id, source, summary, detail: 'write all that it says in one place' }];
  });
}

function withoutFields(overrides: readonly ParityRuleOverride[]): readonly RuleProblem[] {
  const ids = builtInParityRules().map(({ id }) => id);
  return overrides
    .filter(({ id, field_paths: paths }) => (ids.includes(id) ? paths?.length === 0 : (paths ?? []).length === 0))
    .map(({ id, source }) => {
      const meant = ids.includes(id) ? null : nearest(id, ids);
      const detail = meant === null ? 'add `field_paths`' : `add \`field_paths\`, or did you mean "${meant}"?`;
      return { id, source, summary: `the rule "${id}" is about no field`, detail };
    });
}

/** Only of rules that people said something of: a row of the table that theirs come before is what they want. */
function unreachable(overrides: readonly ParityRuleOverride[]): readonly RuleProblem[] {
  const said = new Map(overrides.map(({ id, source }) => [id, source]));
  const rules = parityRulesWith(overrides);
  return rules.flatMap((rule, index): readonly RuleProblem[] => {
    const { id, field_paths: paths } = rule;
    const source = said.get(id);
    if (source === undefined || paths.length === 0) return [];
    const before = rules.slice(0, index).find((earlier) => takesAllOf(earlier, rule));
    if (before === undefined) return [];
    const summary = `the rule "${id}" never counts: "${before.id}"${placeOf(said.get(before.id))} comes before it and covers all that it is about`;
    return [{ id, source, summary, detail: 'write it before that one, or leave one of the two out' }];
  });
}

/** Nothing for a row of the table. */
function placeOf(source: SourceRange | null | undefined): string {
  return source === null || source === undefined ? '' : ` (${formatSource(source)})`;
}

function takesAllOf(earlier: ParityRule, later: ParityRule): boolean {
  const asksNoMore = earlier.when === 'differs' || earlier.when === later.when;
  const hasTypes = later.types.every((type) => earlier.types.includes(type));
  const hasFields = later.field_paths.every((path) => earlier.field_paths.some((wide) => covers(wide, path)));
  return asksNoMore && hasTypes && hasFields;
}

function covers(wide: string, narrow: string): boolean {
  const [one, other] = [parseRulePattern(wide), parseRulePattern(narrow)];
  return one !== null && other !== null && isAround(one, other);
}

function isAround(wide: FieldPattern, narrow: FieldPattern): boolean {
  return wide.length <= narrow.length && wide.every((name, index) => name === null || name === narrow[index]);
}
