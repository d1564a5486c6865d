/**
 * `expected_response.json_path`: `<singular query> <operator> <JSON literal>`, such as `$.status == 'ok'`, or a bare
 * query, which asks whether the value exists. Queries are RFC 9535; single quotes are allowed in literals.
 */
import { type Json, jsonEqual, parseJson } from './json.ts';

const OPERATORS = ['==', '!=', '<=', '>=', '<', '>'] as const;

type Operator = (typeof OPERATORS)[number];

export interface JsonExpectation {
  readonly query: string;
  readonly operator: Operator | null;
  readonly literal: Json;
}

const NAME = String.raw`(?:\.[A-Za-z_\u0080-\uffff][\w\u0080-\uffff-]*)`;
const SELECTOR = String.raw`(?:\[\s*(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|-?\d+)\s*\])`;
const EXPECTATION = new RegExp(
  String.raw`^\s*(\$(?:${NAME}|${SELECTOR})*)\s*(?:(==|!=|<=|>=|<|>)\s*(\S.*?)\s*)?$`,
  's',
);

/** `null` when the text is no expectation; only singular queries are, which select one value at most. */
export function parseJsonExpectation(text: string): JsonExpectation | null {
  const match = EXPECTATION.exec(text);
  if (match === null) return null;
  const [, query = '$', operator, literal] = match;
  if (operator === undefined || literal === undefined) return { query, operator: null, literal: null };
  const value = parseLiteral(literal);
  return value === undefined || !isOperator(operator) ? null : { query, operator, literal: value };
}

/** `values` are what the query selects: nothing at all satisfies only `!=`. */
export function meetsExpectation(expectation: JsonExpectation, values: readonly Json[]): boolean {
  const { operator, literal } = expectation;
  if (operator === null) return values.length > 0;
  const [value] = values;
  if (value === undefined) return operator === '!=';
  return compare(value, operator, literal);
}

function compare(value: Json, operator: Operator, literal: Json): boolean {
  const isEqual = jsonEqual(value, literal);
  switch (operator) {
    case '==':
      return isEqual;
    case '!=':
      return !isEqual;
    case '<':
    case '<=':
    case '>':
    case '>=':
      return ordered(value, literal, operator);
    default:
      return operator satisfies never;
  }
}

function ordered(value: Json, literal: Json, operator: '<' | '<=' | '>' | '>='): boolean {
  const isComparable =
    (typeof value === 'number' && typeof literal === 'number') ||
    (typeof value === 'string' && typeof literal === 'string');
  if (!isComparable) return false;
  if (value === literal) return operator === '<=' || operator === '>=';
  return value < literal ? operator === '<' || operator === '<=' : operator === '>' || operator === '>=';
}

function isOperator(text: string): text is Operator {
  return OPERATORS.some((operator) => operator === text);
}

function parseLiteral(text: string): Json | undefined {
  const quoted = /^'((?:[^'\\]|\\.)*)'$/.exec(text)?.[1];
  if (quoted !== undefined) return quoted.replace(/\\(.)/g, '$1');
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}
