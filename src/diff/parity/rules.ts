/**
 * The rules by which differences are weighed: the table, which is data (policies/parity-rules.json), with what people say of it.
 * The first rule that covers the field and whose condition holds is the one; the last of the table covers everything. Pure.
 */
import parityTable from '../../../policies/parity-rules.json' with { type: 'json' };
import { RESOURCE_TYPES, type ResourceType } from '../../model/address.ts';
import { SEVERITIES } from '../../model/change.ts';
import { coversField, type FieldPattern, parseFieldPattern } from '../../model/field-pattern.ts';
import { PARITY_FIXES, type ParityRule, type ParityRuleOverride } from '../../model/parity.ts';
import { conditionNamed } from './conditions.ts';
import type { Condition, HeldField } from './held-field.ts';

/** What is left out of a new rule. */
const NEW_RULE: Omit<ParityRule, 'id' | 'field_paths'> = {
  types: RESOURCE_TYPES,
  when: 'differs',
  reason: 'the settings of this repo say so',
  severity: 'warning',
  impact: 'the two sides differ where the settings of this repo want them to be the same',
  recommendation: 'make the two the same, or waive the difference',
  fix: 'none',
  directed: false,
};

let parsed: readonly ParityRule[] | null = null;

/** The table, parsed when it is first asked for. */
export function builtInParityRules(): readonly ParityRule[] {
  parsed ??= parityTable.map(builtInRule);
  return parsed;
}

/** New rules come first, in their order; one of the same id as a row of the table replaces it in part, where it stands. */
export function parityRulesWith(overrides: readonly ParityRuleOverride[]): readonly ParityRule[] {
  const table = builtInParityRules();
  const known = new Set(table.map(({ id }) => id));
  const fresh = new Map<string, ParityRule>();
  const said = new Map<string, Partial<ParityRule>>();
  for (const { source: _source, ...override } of overrides) {
    if (known.has(override.id)) said.set(override.id, { ...said.get(override.id), ...override });
    else fresh.set(override.id, { field_paths: [], ...NEW_RULE, ...fresh.get(override.id), ...override });
  }
  return [...fresh.values(), ...table.map((row) => ({ ...row, ...said.get(row.id) }))];
}

/** `$` covers everything, the resource as a whole included; `null` where the text is no pattern. */
export function parseRulePattern(text: string): FieldPattern | null {
  return text === '$' ? [] : parseFieldPattern(text);
}

/** The rule that weighs a difference. */
export type FindRule = (type: ResourceType, field: HeldField) => ParityRule;

export function ruleFinder(overrides: readonly ParityRuleOverride[]): FindRule {
  const rules = parityRulesWith(overrides).map(compiled);
  return (type, field) => {
    const { names } = field;
    const found = rules.find(
      ({ rule, patterns, holds }) =>
        rule.types.includes(type) && patterns.some((pattern) => coversField(pattern, names)) && holds(field),
    );
    return found?.rule ?? lastRule();
  };
}

/** It covers everything, whatever people have made of it. */
function lastRule(): ParityRule {
  const last = builtInParityRules().at(-1);
  if (last === undefined) throw new Error('policies/parity-rules.json: there is no rule');
  return last;
}

interface CompiledRule {
  readonly rule: ParityRule;
  readonly patterns: readonly FieldPattern[];
  readonly holds: Condition;
}

function compiled(rule: ParityRule): CompiledRule {
  const patterns = rule.field_paths.map(parseRulePattern);
  const condition = conditionNamed(rule.when);
  if (condition === null || patterns.includes(null)) {
    throw new Error(`the rule "${rule.id}" of parity cannot be read`);
  }
  return { rule, patterns: patterns.filter((pattern) => pattern !== null), holds: condition.holds };
}

function builtInRule(row: (typeof parityTable)[number]): ParityRule {
  const severity = SEVERITIES.find((known) => known === row.severity);
  const fix = PARITY_FIXES.find((known) => known === row.fix);
  const types = RESOURCE_TYPES.filter((known) => row.types.includes(known));
  if (severity === undefined || fix === undefined || types.length !== row.types.length) {
    throw new Error(`policies/parity-rules.json: the row "${row.id}" cannot be read`);
  }
  return { ...row, severity, fix, types };
}
