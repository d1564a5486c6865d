/**
 * The public JSON of a plan (schemas/plan.json). Terraform's names where the meaning is the same; no time and no id, so
 * the same plan gives the same bytes; secrets as marks only.
 */
import type { Change, ChangeAction } from '../model/change.ts';
import type { DeclaredOtherwise } from '../model/declared-diff.ts';
import { hasErrors } from '../model/diagnostic.ts';
import { parseFieldPath } from '../model/field-path.ts';
import type { Json, JsonObject } from '../model/json.ts';
import type { NotCompared, Plan, Step } from '../model/plan.ts';
import { changeScopeJson, changeSubjectJson, withheldJson } from './change-document.ts';
import { driftJson, driftOfPlan } from './drift-document.ts';
import {
  conflictJson,
  diagnosticJson,
  engineJson,
  freezeJson,
  ignoreHitJson,
  pendingRestartJson,
  lastSourceJson,
  revisionJson,
  sourceJson,
} from './json-parts.ts';
import { hideSecretsIn, markSecrets, sensitivity } from './secret-marks.ts';

export function planDocument(plan: Plan): JsonObject {
  return {
    format_version: plan.format_version,
    environment: plan.environment,
    project: plan.project,
    revision: revisionJson(plan.revision),
    mode: plan.mode,
    applyable: plan.applyable,
    complete: plan.complete,
    errored: hasErrors(plan.diagnostics),
    inputs: {
      files: plan.inputs.files,
      engines: plan.inputs.engines.map(engineJson),
      targets: plan.inputs.targets,
      ...(plan.inputs.against === undefined ? {} : { against: revisionJson(plan.inputs.against) }),
      ...(plan.inputs.observed_at === undefined ? {} : { observed_at: plan.inputs.observed_at }),
      ...(plan.inputs.unpinned === undefined ? {} : { unpinned: plan.inputs.unpinned }),
      ...(plan.inputs.today === undefined ? {} : { today: plan.inputs.today }),
      ...(plan.inputs.now === undefined ? {} : { now: plan.inputs.now }),
    },
    policies: {
      drift: plan.policies.drift,
      on_failure: plan.policies.on_failure,
      rollback: plan.policies.rollback,
      prune: plan.policies.prune,
    },
    summary: { ...countActions(plan.changes) },
    unchanged: plan.unchanged,
    resource_changes: plan.changes.map(changeJson),
    resource_drift: driftOfPlan(plan).map(driftJson),
    drift_ignored: plan.drift_ignored,
    frozen: plan.frozen.map(freezeJson),
    withheld: plan.withheld.map(withheldJson),
    conflicts: plan.conflicts.map(conflictJson),
    ...(plan.to_adopt === undefined ? {} : { to_adopt: plan.to_adopt }),
    ...(plan.pending_restart === undefined ? {} : { pending_restart: plan.pending_restart.map(pendingRestartJson) }),
    ignored: plan.ignored.map(ignoreHitJson),
    ...(plan.not_compared === undefined ? {} : { not_compared: plan.not_compared.map(notComparedJson) }),
    ...(plan.declared_otherwise === undefined
      ? {}
      : { declared_otherwise: plan.declared_otherwise.map(otherwiseJson) }),
    ...(plan.second_stage === undefined ? {} : { second_stage: plan.second_stage.map((stage) => ({ ...stage })) }),
    diagnostics: plan.diagnostics.map(diagnosticJson),
    steps: plan.steps.map(stepJson),
  };
}

/** How many changes there are of each action. */
export function countActions(changes: readonly Pick<Change, 'action'>[]): Readonly<Record<ChangeAction, number>> {
  const counts = { create: 0, update: 0, restart: 0, replace: 0, delete: 0, move: 0 };
  for (const change of changes) counts[change.action] += 1;
  return counts;
}

function changeJson(change: Change): JsonObject {
  const { before, after } = markSecrets(change.before, change.after);
  return {
    ...changeSubjectJson(change),
    change: {
      actions: terraformActions(change),
      before,
      after,
      after_unknown: change.after_unknown,
      before_sensitive: sensitivity(before),
      after_sensitive: sensitivity(after),
      replace_paths: replacePaths(change),
    },
    ...changeScopeJson(change),
    ...lastSourceJson(change.last_source),
  };
}

/**
 * Terraform's closed set has no restart and no move: a restart is an update, and a move is an update where fields
 * differ too, else a no-op with a `previous_address`, as Terraform writes it. `action` beside it keeps our own word.
 */
export function terraformActions(change: Change): readonly string[] {
  switch (change.action) {
    case 'create':
      return ['create'];
    case 'update':
    case 'restart':
      return ['update'];
    case 'replace':
      return ['delete', 'create'];
    case 'delete':
      return ['delete'];
    case 'move':
      return change.differences.length > 0 ? ['update'] : ['no-op'];
    default:
      return change.action satisfies never;
  }
}

function replacePaths(change: Change): Json {
  return change.differences
    .filter((difference) => difference.effect === 'replace')
    .map((difference) => parseFieldPath(difference.field_path) ?? []);
}

function notComparedJson({ address, field_path, reason }: NotCompared): JsonObject {
  return { address, field_path, reason };
}

function otherwiseJson({ address, field_path, severity, source, ...values }: DeclaredOtherwise): JsonObject {
  const { before, after } = markSecrets(values.before, values.after);
  return { address, field_path, before, after, severity, source: sourceJson(source) };
}

function stepJson(step: Step): JsonObject {
  return {
    id: step.id,
    address: step.address,
    engine: step.engine,
    phase: step.phase,
    verb: step.verb,
    args: hideSecretsIn(step.args),
    cause: step.cause,
    depends_on: step.depends_on.map(({ step: needed, when }) => ({ step: needed, when })),
  };
}
