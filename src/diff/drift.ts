/**
 * Drift: the part of the findings that git does not explain. A difference that only a commit made is none, and which
 * images an engine holds is nobody's business.
 */
import type { Drift } from '../model/plan.ts';
import type { Finding } from './compare.ts';
import { isOfImage } from './images.ts';

export function driftOf(findings: readonly Finding[]): readonly Drift[] {
  return findings.filter((finding) => !isOfImage(finding)).flatMap((finding) => driftOfFinding(finding) ?? []);
}

function driftOfFinding(finding: Finding): Drift | null {
  switch (finding.kind) {
    case 'equal':
      return null;
    case 'missing': {
      const { address, engine, name } = finding.desired;
      const isDrift = finding.cause !== 'git' && !finding.engineAbsent;
      return isDrift ? { address, engine, name, kind: 'missing', differences: [], cause: finding.cause } : null;
    }
    case 'undeclared': {
      const { address, engine, observed, cause } = finding;
      return cause === 'git'
        ? null
        : { address, engine, name: observed.name, kind: 'undeclared', differences: [], cause };
    }
    case 'differs': {
      const all = finding.renamed === null ? finding.differences : [finding.renamed, ...finding.differences];
      const differences = all.filter((difference) => difference.cause !== 'git');
      if (differences.length === 0) return null;
      const { address, engine, name } = finding.desired;
      return { address, engine, name, kind: 'differs', differences, cause: finding.cause };
    }
    default:
      return finding satisfies never;
  }
}
