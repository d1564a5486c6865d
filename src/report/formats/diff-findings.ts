/**
 * What two revisions declare otherwise as findings: each resource with its fields, the most severe first. Where a finding is
 * shown is always a line of the later revision, since that is what a reader of a pull request has before him; what is
 * declared there no more is shown at the nearest thing that is, or at none.
 */
import type { Severity } from '../../model/change.ts';
import type {
  DeclaredDiff,
  DeclaredDifference,
  DifferenceKind,
  EnvironmentDifference,
  ResourceDifference,
} from '../../model/declared-diff.ts';
import { formatSource } from '../../model/source.ts';
import { declaredCounts, kindCounts } from '../diff-counts.ts';
import { fieldText } from '../field-text.ts';
import { maskValue } from '../mask-document.ts';
import { safeText, shorten } from '../safe-text.ts';
import { shortenPair, valuePair } from '../value-text.ts';
import { revisionText } from '../words.ts';
import { EFFECT_WORDS, LONGEST_NAME, LONGEST_VALUE } from './field-findings.ts';
import { fieldKind } from './field-kind.ts';
import type { EnvironmentFindings, FieldFinding, Finding, Remark } from './findings.ts';
import { diagnosticRemark } from './remarks.ts';
import { bySeverity, intended, mostSevere } from './severity-order.ts';

type Mask = (text: string) => string;

interface KindWords {
  readonly sign: string;
  readonly what: string;
  /** Whatever differs. */
  readonly least: Severity;
}

const KINDS: Readonly<Record<DifferenceKind, KindWords>> = {
  added: { sign: '+', what: 'is added', least: 'info' },
  removed: { sign: '-', what: 'is removed', least: 'warning' },
  changed: { sign: '~', what: 'is changed', least: 'info' },
};

/** Stands for what is declared of an environment beside its resources. */
const WHOLE = 'environment';

/** Values are masked here, before they are shortened. */
export function diffFindings(diff: DeclaredDiff, mask: Mask): readonly EnvironmentFindings[] {
  const revision = `${revisionText(diff.after)} against ${revisionText(diff.before)}`;
  return diff.environments.map((environment) => {
    const { resources, after_source: source } = environment;
    const findings = [...wholeFinding(environment, mask), ...resources.map((item) => resourceFinding(item, mask))];
    return {
      environment: nameText(environment.environment),
      revision,
      summary: declaredCounts([environment]) || KINDS[environment.kind].what,
      counts: kindCounts(resources),
      restarts: [],
      findings: findings.toSorted((left, right) => bySeverity(left.severity, right.severity)),
      remarks: [],
      unchanged: null,
      isWhole: true,
      file: source?.file ?? null,
    };
  });
}

/** Those of the earlier revision stand in no line that is there now: their place is part of the text. */
export function diffMistakes({ invalid, before }: DeclaredDiff, mask: Mask): readonly Remark[] {
  return invalid.flatMap(({ side, diagnostics }) =>
    diagnostics.map(({ summary, detail, ...rest }) => {
      const masked = { ...rest, summary: mask(summary), detail: detail === null ? null : mask(detail) };
      if (side === 'after') return diagnosticRemark(masked);
      const place = rest.source === null ? '' : ` ${mask(formatSource(rest.source))}`;
      const told = `at ${revisionText(before)}${place}: ${masked.summary}`;
      return diagnosticRemark({ ...masked, summary: told, source: null });
    }),
  );
}

function wholeFinding(environment: EnvironmentDifference, mask: Mask): readonly Finding[] {
  const { kind, differences, after_source: source } = environment;
  if (kind === 'changed' && differences.length === 0) return [];
  return [findingOf({ kind, address: WHOLE, what: KINDS[kind].what, source, differences }, mask)];
}

function resourceFinding(resource: ResourceDifference, mask: Mask): Finding {
  const { kind, address, previous_address: previous, after_source: source, differences } = resource;
  const what = previous === null ? KINDS[kind].what : `was ${nameText(previous)}`;
  return findingOf({ kind, address, what, source, differences }, mask);
}

interface FindingParts extends Pick<Finding, 'address' | 'what' | 'source'> {
  readonly kind: DifferenceKind;
  readonly differences: readonly DeclaredDifference[];
}

function findingOf({ kind, address, what, source, differences }: FindingParts, mask: Mask): Finding {
  const { sign, least } = KINDS[kind];
  const fields = differences
    .map((difference) => fieldFinding(difference, mask))
    .toSorted((left, right) => bySeverity(left.severity, right.severity));
  return {
    rule: `revision/${kind}`,
    address: nameText(address),
    name: nameText(address),
    sign,
    what,
    why: '',
    severity: mostSevere(
      fields.map(({ severity }) => severity),
      least,
    ),
    source,
    fields,
    sets: [],
    consequences: [],
    losesData: false,
  };
}

function fieldFinding(difference: DeclaredDifference, mask: Mask): FieldFinding {
  const { field_path: path, effect, severity, after_source: source } = difference;
  const pair = valuePair(maskValue(difference.before, mask), maskValue(difference.after, mask), 'after');
  const { before, after } = shortenPair(pair, LONGEST_VALUE);
  const note = effect === null ? '' : EFFECT_WORDS[effect];
  return {
    rule: `declared/${fieldKind(path)}`,
    field: shorten(fieldText(path), LONGEST_NAME),
    values: `${before} → ${after}`,
    notes: note === '' ? [] : [note],
    severity: intended(severity),
    source,
  };
}

function nameText(name: string): string {
  return shorten(safeText(name), LONGEST_NAME);
}
