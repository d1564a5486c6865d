/** The drift in a plan as findings: per resource what the world did to it; the most severe first. */
import type { Severity } from '../../model/change.ts';
import type { Coverage } from '../../model/coverage.ts';
import type { FilesystemDrift } from '../../model/filesystem.ts';
import type { Drift, Plan } from '../../model/plan.ts';
import { driftOfPlan } from '../drift-document.ts';
import { driftWords, KIND_WORDS, summaryText } from '../drift-text.ts';
import { safeText, shorten } from '../safe-text.ts';
import { revisionText } from '../words.ts';
import { causeWords, fieldFindings, LONGEST_NAME, LONGEST_SENTENCE } from './field-findings.ts';
import type { EnvironmentFindings, Finding } from './findings.ts';
import { coverageRemarks } from './coverage-remarks.ts';
import { filesystemRemarks } from './filesystem-remarks.ts';
import { driftRemarks } from './remarks.ts';
import { lastPlace } from './plan-findings.ts';
import { bySeverity, mostSevere } from './severity-order.ts';

export const LEAST_DRIFT: Readonly<Record<Drift['kind'], Severity>> = {
  missing: 'error',
  undeclared: 'warning',
  differs: 'info',
};

/** `coverage` is `null` where nobody looked around, or no engine could tell; `filesystem` where nobody asked. */
export function driftFindings(
  plan: Plan,
  coverage: Coverage | null,
  filesystem: FilesystemDrift | null,
): EnvironmentFindings {
  const drift = driftOfPlan(plan);
  const findings = drift.map(findingOf).toSorted((left, right) => bySeverity(left.severity, right.severity));
  const count = (kind: Drift['kind']): number => drift.filter((item) => item.kind === kind).length;
  return {
    environment: shorten(safeText(plan.environment), LONGEST_NAME),
    revision: revisionText(plan.revision),
    summary: shorten(summaryText(plan, drift), LONGEST_SENTENCE),
    counts: [
      [count('missing'), 'gone'],
      [count('differs'), 'changed'],
      [count('undeclared'), 'in no manifest'],
    ],
    restarts: [],
    findings,
    remarks: [...driftRemarks(plan), ...coverageRemarks(coverage), ...filesystemRemarks(filesystem)],
    unchanged: plan.unchanged,
    isWhole: plan.complete,
    file: plan.inputs.manifest ?? null,
  };
}

function findingOf(drift: Drift): Finding {
  const { sign } = KIND_WORDS[drift.kind];
  const name = shorten(safeText(drift.name), LONGEST_NAME);
  const fields = fieldFindings(drift.differences, 'as it is');
  return {
    rule: `drift/${drift.kind}`,
    address: shorten(safeText(drift.address), LONGEST_NAME),
    name,
    sign,
    what: driftWords({ ...drift, name }),
    why: drift.kind === 'differs' ? '' : causeWords(drift.cause),
    severity: mostSevere(
      fields.map(({ severity }) => severity),
      LEAST_DRIFT[drift.kind],
    ),
    source: drift.source ?? fields.find(({ source }) => source !== null)?.source ?? null,
    fields,
    sets: [],
    consequences: lastPlace(drift.last_source),
    losesData: false,
    ...(drift.last_source === undefined ? {} : { lastSource: drift.last_source }),
  };
}
