/**
 * `parity` of trueup.yaml: rules, waivers and pairs, each about fields that there are, at the line where it stands. Which
 * resources there are, and what contradicts the table of rules, only who compares can tell.
 */
import { isAddress, type ResourceType, typeOf } from '../model/address.ts';
import { parseFieldPattern, patternFromText } from '../model/field-pattern.ts';
import type { Parity, ParityRule, ParityWaiver as DeclaredWaiver } from '../model/generated/settings.ts';
import type { ParityPair, ParityRuleOverride, ParitySettings, ParityWaiver } from '../model/parity.ts';
import { unknownField } from './field-names.ts';
import type { Reporter } from './reporter.ts';

export interface ParityRules extends ParitySettings {
  /** The environment that the others of a matrix are held against; `null` where nobody says. */
  readonly reference: string | null;
}

export const NO_PARITY_RULES: ParityRules = { rules: [], waivers: [], pairs: [], reference: null };

/** In their order; what has mistakes is left out. */
export function parityRules(
  { rules = [], waivers = [], pairs = [], reference }: Parity,
  reporter: Reporter,
): ParityRules {
  return {
    rules: rules.flatMap((rule, index) => ruleOf(rule, ['parity', 'rules', String(index)], reporter) ?? []),
    waivers: waivers.flatMap((waiver, index) => waiverOf(waiver, ['parity', 'waivers', String(index)], reporter) ?? []),
    pairs: pairs.flatMap((pair, index) => pairOf(pair, ['parity', 'pairs', String(index)], reporter)),
    reference: reference ?? null,
  };
}

type Path = readonly string[];

function ruleOf(rule: ParityRule, path: Path, reporter: Reporter): ParityRuleOverride | null {
  const { types, field_paths: fields = [] } = rule;
  const wrong = fields.filter((field, index) => {
    return !isField(field, types ?? null, [...path, 'field_paths', String(index)], reporter);
  });
  const paths = rule.field_paths === undefined ? {} : { field_paths: fields.map(asQuery) };
  return wrong.length > 0 ? null : { ...rule, ...paths, source: reporter.layers.locate(path, 'value') };
}

function waiverOf(
  { between, address, field_path: field, reason, owner, until }: DeclaredWaiver,
  path: Path,
  reporter: Reporter,
): ParityWaiver | null {
  if (!isAddress(address)) return null;
  if (field !== undefined && !isField(field, [typeOf(address)], [...path, 'field_path'], reporter)) return null;
  const [left, right] = between ?? [];
  if (left !== undefined && left === right) {
    const detail = 'name two environments, or leave `between` out for every pair';
    reporter.error('invalid_settings', [...path, 'between'], `"${left}" stands there twice`, detail);
    return null;
  }
  return {
    between: left === undefined || right === undefined ? null : [left, right],
    address,
    field_path: field === undefined ? null : asQuery(field),
    reason,
    owner: owner ?? null,
    until: until ?? null,
    source: reporter.layers.locate(path, 'value'),
  };
}

function pairOf(pair: readonly string[], path: Path, reporter: Reporter): readonly ParityPair[] {
  const [left, right] = pair;
  if (left === undefined || right === undefined) return [];
  if (environmentOf(left) === environmentOf(right)) {
    const detail = 'write one of each of two environments';
    reporter.error('invalid_settings', path, `both are services of "${environmentOf(left)}"`, detail);
    return [];
  }
  return [{ left, right, source: reporter.layers.locate(path, 'value') }];
}

function environmentOf(qualified: string): string {
  return qualified.slice(0, qualified.indexOf('/'));
}

/** Fields may be written as reports write them. What is no field stays as it is. */
function asQuery(text: string): string {
  return text.startsWith('$') ? text : (patternFromText(text) ?? text);
}

/** Fields that no manifest has: what runs, and what depends on what. */
const BESIDE_THE_SCHEMA: ReadonlySet<string> = new Set(['status', 'effective', 'dependencies']);

/** Reports what is none. A field that any of the types has is one. */
function isField(text: string, types: readonly ResourceType[] | null, path: Path, reporter: Reporter): boolean {
  // Everything, the resource as a whole included.
  if (text === '$') return true;
  const pattern = parseFieldPattern(asQuery(text));
  if (pattern === null) {
    const detail =
      "write such as `container.image` or `$.container.image`, `$.networking.ports.*.host_port` or `$.labels['com.example.build']`";
    reporter.error('invalid_settings', path, `${JSON.stringify(text)} is no path of names`, detail);
    return false;
  }
  const [first, ...rest] = pattern;
  if (first !== null && first !== undefined && BESIDE_THE_SCHEMA.has(first)) {
    if (first !== 'effective' || rest.length === 0) return true;
  }
  const names = first === 'effective' ? rest : pattern;
  const unknown = (types ?? [null]).map((type) => unknownField(names, type));
  const [found] = unknown;
  if (found === undefined || found === null || unknown.includes(null)) return true;
  const otherwise = found.known.length === 0 ? 'nothing lies below that' : `fields: ${found.known.join(', ')}`;
  const summary = `${types === null ? 'no resource' : `no ${types.join(' or ')}`} has a field "${found.name}" there`;
  reporter.error('invalid_settings', path, summary, reporter.suggestion(found.name, found.known, otherwise));
  return false;
}
