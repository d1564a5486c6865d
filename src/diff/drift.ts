/**
 * Drift: the part of the findings that git does not explain. A difference that only a commit made is none, and which
 * images an engine holds is nobody's business.
 */
import type { Address } from '../model/address.ts';
import type { DesiredEnvironment } from '../model/desired.ts';
import { ROOT_PATH } from '../model/field-path.ts';
import { compareText } from '../model/json.ts';
import type { Drift } from '../model/plan.ts';
import type { Finding } from './findings.ts';
import { isOfImage } from './images.ts';
import { policyFor } from './leaving.ts';

export interface DriftFound {
  readonly counted: readonly Drift[];
  /** What drifted and counts as no drift, by the policy of the resource. */
  readonly ignored: readonly Address[];
}

export function driftOf(findings: readonly Finding[], environment: DesiredEnvironment): DriftFound {
  const counted: Drift[] = [];
  const ignored = new Set<Address>();
  for (const finding of findings) {
    const drift = isOfImage(finding) ? null : driftOfFinding(finding, environment);
    if (drift === null) continue;
    const left = policyFor(finding, environment) === 'ignore' ? withoutWorld(drift) : drift;
    if (left !== drift) ignored.add(drift.address);
    if (left !== null) counted.push(left);
  }
  return { counted, ignored: [...ignored].sort(compareText) };
}

/** The part that is not the world's alone; the same where all of it is. */
function withoutWorld(drift: Drift): Drift | null {
  if (drift.kind !== 'differs') return drift.cause === 'world' ? null : drift;
  const differences = drift.differences.filter(({ cause }) => cause !== 'world');
  if (differences.length === drift.differences.length) return drift;
  return differences.length === 0 ? null : { ...drift, differences };
}

function driftOfFinding(finding: Finding, environment: DesiredEnvironment): Drift | null {
  switch (finding.kind) {
    case 'equal':
      return null;
    case 'missing': {
      const { address, engine, name } = finding.desired;
      const isDrift = finding.cause !== 'git' && !finding.engineAbsent;
      const source = environment.locate(address, ROOT_PATH);
      const place = source === null ? {} : { source };
      return isDrift
        ? { address, engine, name, kind: 'missing', differences: [], cause: finding.cause, ...place }
        : null;
    }
    case 'undeclared': {
      const { address, engine, observed, cause, isStranger } = finding;
      const stranger = isStranger ? ({ is_stranger: true } as const) : {};
      return cause === 'git'
        ? null
        : { address, engine, name: observed.name, kind: 'undeclared', differences: [], cause, ...stranger };
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
