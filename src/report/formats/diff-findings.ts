/**
 * What two revisions declare otherwise as findings: each resource with its fields, the most severe first. Where a finding is
 * shown is always a line of the later revision, since that is what a reader of a pull request has before him; what is
 * declared there no more is shown at the nearest thing that is, or at none.
 */
import type { Severity } from '../../model/change.ts';
import type { Revision } from '../../model/desired.ts';
import type {
  DeclaredDiff,
  DeclaredDifference,
  DifferenceKind,
  EnvironmentDifference,
  ResourceDifference,
} from '../../model/declared-diff.ts';
import { formatSource, type SourceRange } from '../../model/source.ts';
import { declaredCounts, kindCounts } from '../diff-counts.ts';
import { fieldText } from '../field-text.ts';
import { maskValue } from '../mask-document.ts';
import { safeText, shorten } from '../safe-text.ts';
import { shortenPair, valuePair } from '../value-text.ts';
import { revisionText } from '../words.ts';
import { EFFECT_WORDS, fieldSeverity, LONGEST_NAME, LONGEST_SENTENCE, LONGEST_VALUE } from './field-findings.ts';
import { fieldKind } from './field-kind.ts';
import type { EnvironmentFindings, FieldFinding, Finding, Remark } from './findings.ts';
import { mistakeRemark } from './mistake-remark.ts';
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
    const findings = [
      ...wholeFinding(environment, diff.before, mask),
      ...resources.map((item) => resourceFinding(item, diff.before, mask)),
    ];
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

export function diffMistakes(diff: DeclaredDiff, mask: Mask): readonly Remark[] {
  return diff.invalid.flatMap(({ side, diagnostics }) => {
    const mistaken = { revision: diff[side], isShown: side === 'after' };
    return diagnostics.map((diagnostic) => mistakeRemark(diagnostic, mask, mistaken));
  });
}

function wholeFinding(environment: EnvironmentDifference, earlier: Revision, mask: Mask): readonly Finding[] {
  const { kind, differences, after_source: source } = environment;
  if (kind === 'changed' && differences.length === 0) return [];
  const finding = findingOf({ kind, address: WHOLE, what: KINDS[kind].what, source, differences, earlier }, mask);
  return [
    kind === 'removed' ? { ...finding, consequences: placeBefore(environment.before_source, earlier, mask) } : finding,
  ];
}

function resourceFinding(resource: ResourceDifference, earlier: Revision, mask: Mask): Finding {
  const { kind, address, previous_address: previous, after_source: source, differences } = resource;
  const what = previous === null ? KINDS[kind].what : `was ${nameText(previous)}`;
  const finding = findingOf({ kind, address, what, source, differences, earlier }, mask);
  return kind === 'removed'
    ? { ...finding, consequences: placeBefore(resource.before_source, earlier, mask) }
    : finding;
}

/** Of what is gone, where it was: what is shown for it is at most the line of what it was a field of. */
function placeBefore(source: SourceRange | null, earlier: Revision, mask: Mask): readonly string[] {
  if (source === null) return [];
  return [`was ${shorten(safeText(`${mask(formatSource(source))} at ${revisionText(earlier)}`), LONGEST_SENTENCE)}`];
}

interface FindingParts extends Pick<Finding, 'address' | 'what' | 'source'> {
  readonly kind: DifferenceKind;
  readonly differences: readonly DeclaredDifference[];
  readonly earlier: Revision;
}

function findingOf({ kind, address, what, source, differences, earlier }: FindingParts, mask: Mask): Finding {
  const { sign, least } = KINDS[kind];
  const fields = differences
    .map((difference) => fieldFinding(difference, earlier, mask))
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

function fieldFinding(difference: DeclaredDifference, earlier: Revision, mask: Mask): FieldFinding {
  const { field_path: path, effect, severity, after_source: source } = difference;
  const pair = valuePair(maskValue(difference.before, mask), maskValue(difference.after, mask), 'after');
  const { before, after } = shortenPair(pair, LONGEST_VALUE);
  const note = effect === null ? '' : EFFECT_WORDS[effect];
  const isGone = source === null || difference.after === null;
  const place = isGone ? placeBefore(difference.before_source, earlier, mask) : [];
  return {
    rule: `declared/${fieldKind(path)}`,
    field: shorten(fieldText(path), LONGEST_NAME),
    values: `${before} → ${after}`,
    notes: [...(note === '' ? [] : [note]), ...place],
    severity: fieldSeverity(intended(severity), effect),
    source,
  };
}

function nameText(name: string): string {
  return shorten(safeText(name), LONGEST_NAME);
}
