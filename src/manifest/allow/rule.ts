/**
 * A rule: what the value of one field may be. Patterns match whole values, and what cannot be read as what the schema
 * says it is does not fit.
 */
import { parseDuration } from '../../model/duration.ts';
import type { Rule as Declared } from '../../model/generated/allow.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import { parseSize } from '../../model/quantity.ts';
import { shownValue } from '../schema-wording.ts';

type Scalar = string | number | boolean;

export interface Rule {
  readonly oneOf: readonly string[] | null;
  readonly pattern: RegExp | null;
  readonly longest: number;
  readonly least: Bound | null;
  readonly most: Bound | null;
  /** What the key is like that `*` at the end of the field stands for. */
  readonly names: RegExp | null;
  readonly isRequired: boolean;
  readonly advice: string | null;
}

/** An end of a range, as written and as a number. */
interface Bound {
  readonly text: string;
  readonly number: number;
}

const LONGEST = 16_384;

/** What a rule says that cannot be carried out. */
export interface RuleProblem {
  readonly key: string;
  readonly reason: string;
}

/** `schema` is that of the field: it says what the ends of a range are. */
export function compileRule(declared: Declared, schema: JsonObject, problem: (problem: RuleProblem) => void): Rule {
  const said = typeof declared === 'string' ? {} : Array.isArray(declared) ? { one_of: declared } : declared;
  const bound = (key: 'at_least' | 'at_most'): Bound | null => {
    const value = said[key];
    if (value === undefined) return null;
    const number = measure(value, schema);
    if (number === null) problem({ key, reason: `${key} is no ${textOf(schema['x-unit'])}` });
    return { text: String(value), number: number ?? Number.NaN };
  };
  return {
    oneOf: said.one_of?.map(String) ?? null,
    pattern: expression(said.pattern, 'pattern', problem),
    longest: said.longest ?? LONGEST,
    least: bound('at_least'),
    most: bound('at_most'),
    names: expression(said.names, 'names', problem),
    isRequired: said.required ?? false,
    advice: said.advice ?? null,
  };
}

/** Why the value is not allowed, in words that follow the name of the field; `null` when it is. */
export function misfit(value: Scalar, rule: Rule, schema: JsonObject): string | null {
  const text = String(value);
  const { oneOf, pattern, longest, least, most } = rule;
  if (text.length > longest) return `must have at most ${longest} characters`;
  if (oneOf !== null && !oneOf.includes(text)) return `must not be ${shownValue(value)}`;
  if (pattern !== null && !pattern.test(text)) return `must not be ${shownValue(value)}`;
  if (least === null && most === null) return null;
  const number = measure(value, schema);
  // Written so that what is no number does not fit.
  if (least !== null && !(number !== null && number >= least.number)) {
    return `must be at least ${least.text}, not ${shownValue(value)}`;
  }
  // Engines and kernels take no size at all for no limit.
  if (least === null && number === 0 && schema['x-unit'] === 'size') return 'must be more than nothing';
  return most !== null && !(number !== null && number <= most.number)
    ? `must be at most ${most.text}, not ${shownValue(value)}`
    : null;
}

/** What may be written instead, where the rule can say it. */
export function adviceOf({ advice, oneOf, least, most }: Rule): string | null {
  if (advice !== null) return advice;
  if (oneOf !== null) return `allowed: ${oneOf.join(', ')}`;
  const ends = [least === null ? '' : `at least ${least.text}`, most === null ? '' : `at most ${most.text}`];
  return least === null && most === null ? null : `allowed: ${ends.filter(Boolean).join(' and ')}`;
}

export function isScalar(value: Json): value is Scalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function measure(value: Scalar, schema: JsonObject): number | null {
  if (typeof value === 'boolean') return null;
  if (schema['x-unit'] === 'size') return parseSize(value);
  if (schema['x-unit'] === 'duration') return parseDuration(value);
  if (typeof value === 'string' && !/^\s*\d+(\.\d+)?\s*$/.test(value)) return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

function textOf(unit: Json | undefined): string {
  return typeof unit === 'string' ? unit : 'number';
}

function expression(source: string | undefined, key: string, problem: (problem: RuleProblem) => void): RegExp | null {
  if (source === undefined) return null;
  try {
    return new RegExp(`^(?:${source})$`, 'u');
  } catch (error) {
    problem({ key, reason: error instanceof Error ? error.message : String(error) });
    return NOTHING;
  }
}

const NOTHING = /(?!)/u;
