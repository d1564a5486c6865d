/** The public JSON of a run (schemas/run.json): what was done, what failed and why, what was skipped because of whom. */
import type { Change, Withheld } from '../model/change.ts';
import type { Interrupted, InterruptedStep } from '../model/interrupted.ts';
import type { JsonObject } from '../model/json.ts';
import type { GateCheck, GateEvidence, ProbeResult, Rollback, Run, StepResult } from '../model/run.ts';
import { changeScopeJson, changeSubjectJson } from './change-document.ts';
import { failureJson, pendingRestartJson, revisionJson } from './json-parts.ts';
import { type ChangeResult, changeResults } from './run-changes.ts';
import { countResults } from './run-counts.ts';
import { hideSecretsIn } from './secret-marks.ts';

/** `planned` are the changes of the plan that was carried out; `interrupted` is an earlier run that did not end. */
export function runDocument(run: Run, planned: readonly Change[], interrupted: Interrupted | null = null): JsonObject {
  const changes = [...planned, ...(run.found_inside ?? [])];
  const results = changeResults(changes, run.steps);
  return {
    format_version: run.format_version,
    id: run.id,
    environment: run.environment,
    project: run.project,
    revision: revisionJson(run.revision),
    mode: run.mode,
    status: run.status,
    started_at: run.started_at,
    duration_ms: run.duration_ms,
    summary: { ...countResults(results) },
    changes: changes.flatMap((change, index) => {
      const result = results[index];
      return result === undefined ? [] : [changeResultJson(change, result)];
    }),
    steps: run.steps.map(stepResultJson),
    gates: run.gates.map(gateCheckJson),
    rollbacks: run.rollbacks.map(rollbackJson),
    ...(run.withheld_inside === undefined ? {} : { withheld_inside: run.withheld_inside.map(withheldInsideJson) }),
    ...(run.pending_restart === undefined ? {} : { pending_restart: run.pending_restart.map(pendingRestartJson) }),
    interrupted: interrupted === null ? null : interruptedJson(interrupted),
  };
}

function withheldInsideJson({ address, reason, summary }: Withheld): JsonObject {
  return { address, reason, summary };
}

/** How it ended, and what it was about. */
function changeResultJson(change: Change, { status, duration_ms }: ChangeResult): JsonObject {
  return { ...changeSubjectJson(change), status, duration_ms, ...changeScopeJson(change) };
}

function stepResultJson(step: StepResult): JsonObject {
  return {
    id: step.id,
    address: step.address,
    phase: step.phase,
    verb: step.verb,
    status: step.status,
    started_at: step.started_at,
    duration_ms: step.duration_ms,
    error: step.error === null ? null : failureJson(step.error),
    skipped_because: step.skipped_because,
    gate: evidenceJson(step.gate),
    outcome: hideSecretsIn(step.outcome),
  };
}

function gateCheckJson({ address, condition, met, reason, gate }: GateCheck): JsonObject {
  return { address, condition, met, reason, gate: evidenceJson(gate) };
}

function rollbackJson({ address, name, because, status, downtime_ms }: Rollback): JsonObject {
  return { address, name, because, status, downtime_ms };
}

function interruptedJson({ run, command, started_at, steps, restarts }: Interrupted): JsonObject {
  return { run, command, started_at, steps: steps.map(interruptedStepJson), restarts };
}

function interruptedStepJson({ step, address, verb, found, possibly_repeated }: InterruptedStep): JsonObject {
  return { step, address, verb, found, possibly_repeated };
}

function evidenceJson(evidence: GateEvidence | null): JsonObject | null {
  if (evidence === null) return null;
  const { condition, probes, exit_code, log_lines } = evidence;
  return { condition, probes: probes.map(probeJson), exit_code, log_lines };
}

function probeJson(probe: ProbeResult): JsonObject {
  const { at, check_type, target, passed, exit_code, output, response_time_ms } = probe;
  return { at, check_type, target, passed, exit_code, output, response_time_ms };
}
