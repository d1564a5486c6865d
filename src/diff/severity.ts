/** Severities of differences, as a table: the first row whose names begin the path of a field wins. */
import type { Severity } from '../model/change.ts';

interface SeverityRule {
  /** Leading names of the path; `*` stands for any one name. */
  readonly names: readonly string[];
  readonly severity: Severity;
}

const SEVERITY_RULES: readonly SeverityRule[] = [
  { names: ['run_state'], severity: 'error' },
  { names: ['container', 'image'], severity: 'error' },
  { names: ['container', 'privileged'], severity: 'critical' },
  { names: ['networking', 'ports'], severity: 'error' },
  { names: ['networking', 'networks'], severity: 'error' },
  { names: ['storage', 'volumes'], severity: 'error' },
  { names: ['labels'], severity: 'info' },
  { names: ['metadata'], severity: 'info' },
  { names: ['role'], severity: 'info' },
  { names: ['type'], severity: 'info' },
];

export function severityOf(names: readonly string[]): Severity {
  const rule = SEVERITY_RULES.find((candidate) =>
    candidate.names.every((name, index) => name === '*' || name === names[index]),
  );
  return rule?.severity ?? 'warning';
}
