/** Plans, the drift in them, a diff, or parities as one report for all formats. Known secret values are gone from it, names included. */
import type { Coverage } from '../../model/coverage.ts';
import type { DeclaredDiff } from '../../model/declared-diff.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { FilesystemDrift } from '../../model/filesystem.ts';
import type { MistakenSide } from '../../model/failure.ts';
import type { ConfigurationDiffReport } from '../../model/parity.ts';
import type { Plan } from '../../model/plan.ts';
import type { SourceRange } from '../../model/source.ts';
import { diffFindings, diffMistakes } from './diff-findings.ts';
import { driftFindings } from './drift-findings.ts';
import type {
  EnvironmentFindings,
  FieldFinding,
  Finding,
  FindingsKind,
  FindingsReport,
  PlanFindingsKind,
  Remark,
} from './findings.ts';
import { maskPlan } from './mask-plan.ts';
import { parityFindings } from './parity-findings.ts';
import { planFindings } from './plan-findings.ts';
import { mistakeRemark } from './mistake-remark.ts';

type Mask = (text: string) => string;

/** What was looked at beside the plans, of drift, in their order; what is left out, or `null`, says that nobody looked. */
export interface DriftLooks {
  readonly coverages?: readonly (Coverage | null)[];
  readonly filesystems?: readonly (FilesystemDrift | null)[];
}

export function findingsReport(
  kind: PlanFindingsKind,
  plans: readonly Plan[],
  mask: Mask,
  { coverages = [], filesystems = [] }: DriftLooks = {},
): FindingsReport {
  const environments = plans.map((plan, index) => {
    const known = maskPlan(plan, mask);
    const findings =
      kind === 'plan'
        ? planFindings(known)
        : driftFindings(known, coverages[index] ?? null, filesystems[index] ?? null);
    return maskEnvironment(findings, mask);
  });
  return { kind, environments, mistakes: [] };
}

/** Mistakes in an environment do not keep the others from being compared. */
export function diffReport(diff: DeclaredDiff, mask: Mask): FindingsReport {
  return {
    kind: 'diff',
    environments: diffFindings(diff, mask).map((environment) => maskEnvironment(environment, mask)),
    mistakes: diffMistakes(diff, mask).map((remark) => maskRemark(remark, mask)),
  };
}

/** Each pair stands for itself. */
export function parityReport(reports: readonly ConfigurationDiffReport[], mask: Mask): FindingsReport {
  const environments = reports.map((report) => maskEnvironment(parityFindings(report, mask), mask));
  return { kind: 'parity', environments, mistakes: [] };
}

/** Of manifests that cannot be read there is nothing but their mistakes to tell. `side` is the revision that has them. */
export function mistakesReport(
  kind: FindingsKind,
  diagnostics: readonly Diagnostic[],
  mask: Mask,
  side: MistakenSide | null = null,
): FindingsReport {
  const mistakes = diagnostics.map((item) => mistakeRemark(item, mask, side));
  return { kind, environments: [], mistakes: mistakes.map((remark) => maskRemark(remark, mask)) };
}

function maskEnvironment(environment: EnvironmentFindings, mask: Mask): EnvironmentFindings {
  return {
    ...environment,
    environment: mask(environment.environment),
    file: environment.file === null ? null : mask(environment.file),
    summary: mask(environment.summary),
    restarts: environment.restarts.map(mask),
    findings: environment.findings.map((finding) => maskFinding(finding, mask)),
    remarks: environment.remarks.map((remark) => maskRemark(remark, mask)),
  };
}

function maskFinding(finding: Finding, mask: Mask): Finding {
  return {
    ...finding,
    address: mask(finding.address),
    name: mask(finding.name),
    what: mask(finding.what),
    why: mask(finding.why),
    source: maskSource(finding.source, mask),
    ...maskLastSource(finding, mask),
    fields: finding.fields.map((field) => maskField(field, mask)),
    sets: finding.sets.map(mask),
    consequences: finding.consequences.map(mask),
  };
}

function maskField(field: FieldFinding, mask: Mask): FieldFinding {
  return {
    ...field,
    field: mask(field.field),
    values: mask(field.values),
    notes: field.notes.map(mask),
    source: maskSource(field.source, mask),
  };
}

function maskRemark(remark: Remark, mask: Mask): Remark {
  const { fields } = remark;
  return {
    ...remark,
    text: mask(remark.text),
    source: maskSource(remark.source, mask),
    ...maskLastSource(remark, mask),
    ...(fields === undefined ? {} : { fields: fields.map((field) => maskField(field, mask)) }),
  };
}

function maskLastSource({ lastSource }: Pick<Remark, 'lastSource'>, mask: Mask): Pick<Remark, 'lastSource'> {
  return lastSource === undefined ? {} : { lastSource: { ...lastSource, file: mask(lastSource.file) } };
}

function maskSource(source: SourceRange | null, mask: Mask): SourceRange | null {
  return source === null ? null : { ...source, file: mask(source.file) };
}
