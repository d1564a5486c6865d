/** The public JSON of drift (schemas/drift.json): where the world moved. A difference that only git explains is none. */
import type { Cause, Severity } from '../model/change.ts';
import { coverageJson, elsewhereJson, listingJson } from './coverage-document.ts';
import { filesystemJson } from './filesystem-document.ts';
import { typeOf } from '../model/address.ts';
import type { Coverage } from '../model/coverage.ts';
import type { FilesystemDrift } from '../model/filesystem.ts';
import type { JsonObject } from '../model/json.ts';
import type { Drift, Plan } from '../model/plan.ts';
import {
  conflictJson,
  diagnosticJson,
  differenceJson,
  engineJson,
  freezeJson,
  ignoreHitJson,
  lastSourceJson,
  revisionJson,
  sourceJson,
} from './json-parts.ts';

const DRIFT_FORMAT_VERSION = '1.0';

/** `coverage` is `null` where nobody looked around, or no engine could tell; `filesystem` where nobody asked. */
export function driftDocument(
  plan: Plan,
  coverage: Coverage | null = null,
  filesystem: FilesystemDrift | null = null,
): JsonObject {
  const drift = driftOfPlan(plan);
  return {
    format_version: DRIFT_FORMAT_VERSION,
    environment: plan.environment,
    project: plan.project,
    revision: revisionJson(plan.revision),
    complete: plan.complete,
    inputs: {
      files: plan.inputs.files,
      engines: plan.inputs.engines.map(engineJson),
      targets: plan.inputs.targets,
      ...(plan.inputs.today === undefined ? {} : { today: plan.inputs.today }),
    },
    summary: summaryJson(drift),
    resource_drift: drift.map(driftJson),
    conflicts: plan.conflicts.map(conflictJson),
    drift_ignored: plan.drift_ignored,
    frozen: plan.frozen.map(freezeJson),
    unmanaged: coverage?.unmanaged.map(listingJson) ?? [],
    elsewhere: coverage?.elsewhere.map(elsewhereJson) ?? [],
    coverage: coverage === null ? null : coverageJson(coverage),
    ...filesystemJson(filesystem),
    ignored: plan.ignored.map(ignoreHitJson),
    diagnostics: plan.diagnostics.map(diagnosticJson),
  };
}

/** The drift of a plan, without whatever git alone explains. */
export function driftOfPlan(plan: Plan): readonly Drift[] {
  return plan.drift.flatMap((drift) => {
    if (drift.kind !== 'differs') return drift.cause === 'git' ? [] : [drift];
    const differences = drift.differences.filter((difference) => difference.cause !== 'git');
    return differences.length === 0 ? [] : [{ ...drift, differences }];
  });
}

export function driftJson(drift: Drift): JsonObject {
  return {
    address: drift.address,
    type: typeOf(drift.address),
    name: drift.name,
    engine: drift.engine,
    kind: drift.kind,
    cause: drift.cause,
    differences: drift.differences.map(differenceJson),
    ...(drift.is_stranger === true ? { is_stranger: true } : {}),
    ...(drift.source === undefined ? {} : { source: sourceJson(drift.source) }),
    ...lastSourceJson(drift.last_source),
  };
}

/** Causes are counted over differences, and over resources that are missing or undeclared as a whole. */
function summaryJson(drift: readonly Drift[]): JsonObject {
  const kinds = { missing: 0, differs: 0, undeclared: 0 };
  const causes: Record<Cause, number> = { git: 0, world: 0, both: 0, unknown: 0 };
  const severities: Record<Severity, number> = { info: 0, warning: 0, error: 0, critical: 0 };
  for (const { kind, cause, differences } of drift) {
    kinds[kind] += 1;
    if (kind !== 'differs') causes[cause] += 1;
    for (const difference of differences) {
      severities[difference.severity] += 1;
      causes[difference.cause] += 1;
    }
  }
  const differences = drift.reduce((sum, item) => sum + item.differences.length, 0);
  const { world, both, unknown } = causes;
  return { ...kinds, differences, by_cause: { world, both, unknown }, by_severity: severities };
}
