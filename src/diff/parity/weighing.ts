/** One differing field, weighed: by the table of rules, or by that of severities where the mode asks no rule. Pure. */
import type { Severity } from '../../model/change.ts';
import type { ComparisonMode, ParityDifferenceType, ParityRule } from '../../model/parity.ts';
import { holdsSecret } from '../../model/secret.ts';
import { weightOf } from '../severity.ts';
import type { DifferingPair } from './differing-pairs.ts';
import type { HeldField } from './held-field.ts';
import { isTypeMismatch } from './kinds.ts';
import type { FindRule } from './rules.ts';
import { isPlainSecret } from './secrecy.ts';

export interface Weighed {
  readonly type: ParityDifferenceType;
  readonly severity: Severity;
  readonly rule: string;
  readonly reason: string;
  readonly impact: string;
  readonly recommendation: string | null;
  readonly isFixable: boolean;
}

export interface WeighingInput {
  readonly mode: ComparisonMode;
  readonly findRule: FindRule;
  /** Whether manifests of the source say what the source is. */
  readonly isSourceDeclared: boolean;
}

/** `field` is the pair with what is around it, its names those that rules have. */
export function weigh(pair: DifferingPair, field: HeldField, input: WeighingInput): Weighed {
  const resource = field.source.resource ?? field.target.resource;
  if (resource === null) throw new Error(`nothing has ${pair.path}`);
  const names = pair.part === 'effective' ? pair.names.slice(1) : pair.names;
  const rule = input.findRule(resource.type, { ...field, names });
  const type = typeOf(pair, field);
  const isFixable =
    rule.fix === 'take_target' &&
    input.isSourceDeclared &&
    pair.part === 'configured' &&
    type !== 'type_mismatch' &&
    [pair.source, pair.target].every((value) => !holdsSecret(value) && !isPlainSecret(pair.names, value));
  if (input.mode === 'semantic' || pair.part === 'status') return { type, isFixable, ...byRule(rule) };
  const { severity } = weightOf({ environment: '', address: resource.address, names });
  // The table of severities speaks of git and of what runs; between two environments the rules have the words.
  const words = rule.severity === 'info' ? UNRULED[input.mode] : byRule(rule);
  return { type, isFixable, ...words, severity, rule: input.mode };
}

const UNWEIGHED = {
  impact: 'what relies on it finds the one or the other',
  recommendation: null,
} as const;

const UNRULED = {
  structural: { ...UNWEIGHED, reason: 'every field that is declared otherwise is a difference' },
  runtime: { ...UNWEIGHED, reason: 'every field that is otherwise is a difference' },
} as const;

function byRule({ id, severity, reason, impact, recommendation }: ParityRule): Omit<Weighed, 'type' | 'isFixable'> {
  return { rule: id, severity, reason, impact, recommendation };
}

function typeOf({ source, target }: DifferingPair, field: HeldField): ParityDifferenceType {
  if (isTypeMismatch(field)) return 'type_mismatch';
  if (source === null) return 'missing_in_source';
  return target === null ? 'missing_in_target' : 'value_mismatch';
}
