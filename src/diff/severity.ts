/**
 * Severity and impact of a difference: the first rule that covers its field, of the people's own and then of the built-in
 * table, which is data (policies/severities.json). Pure.
 */
import severityTable from '../../policies/severities.json' with { type: 'json' };
import { type Address, RESOURCE_TYPES, typeOf } from '../model/address.ts';
import { SEVERITIES, type Severity } from '../model/change.ts';
import { coversField, parseFieldPattern } from '../model/field-pattern.ts';
import type { SeverityRule } from '../model/severity-rule.ts';

export interface DifferingField {
  readonly environment: string;
  readonly address: Address;
  /** The names of its path. */
  readonly names: readonly string[];
}

export interface Weight {
  readonly severity: Severity;
  readonly impact: string | null;
}

/** For fields that neither people nor the table know. */
const UNKNOWN: Weight = { severity: 'warning', impact: null };

/** `own` are the people's rules. One of them that says no impact keeps the one of the table. */
export function weightOf(field: DifferingField, own: readonly SeverityRule[] = []): Weight {
  const first = own.find((rule) => isAbout(rule, field));
  if (first !== undefined && first.impact !== null) return { severity: first.severity, impact: first.impact };
  const builtIn = builtInRules().find((rule) => isAbout(rule, field)) ?? UNKNOWN;
  return { severity: first?.severity ?? builtIn.severity, impact: builtIn.impact };
}

function isAbout(rule: SeverityRule, { environment, address, names }: DifferingField): boolean {
  return (
    (rule.environment === null || rule.environment === environment) &&
    (rule.address === null || rule.address === address) &&
    (rule.type === null || rule.type === typeOf(address)) &&
    coversField(rule.fields, names)
  );
}

let parsed: readonly SeverityRule[] | null = null;

/** The table, parsed when it is first asked for. */
export function builtInRules(): readonly SeverityRule[] {
  parsed ??= severityTable.map(builtInRule);
  return parsed;
}

function builtInRule(row: (typeof severityTable)[number]): SeverityRule {
  const fields = parseFieldPattern(row.field_path);
  const severity = SEVERITIES.find((known) => known === row.severity);
  const type = RESOURCE_TYPES.find((known) => known === row.type) ?? null;
  if (fields === null || severity === undefined || (row.type !== undefined && type === null)) {
    throw new Error(`policies/severities.json: the row of ${row.field_path} cannot be read`);
  }
  return { environment: null, address: null, type, fields, severity, impact: row.impact };
}
