/** The public JSON of a run (schemas/run.json): what was done, what failed and why, what was skipped because of whom. */
import type { Change } from '../model/change.ts';
import type { JsonObject } from '../model/json.ts';
import type { GateCheck, GateEvidence, ProbeResult, Run, StepResult } from '../model/run.ts';
import { failureJson, revisionJson } from './json-parts.ts';
import { type ChangeResult, changeResults } from './run-changes.ts';
import { hideSecretsIn } from './secret-marks.ts';

/** `changes` are those of the plan that was carried out. */
export function runDocument(run: Run, changes: readonly Change[]): JsonObject {
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
    changes: results.map(({ address, action, status, duration_ms }) => ({ address, action, status, duration_ms })),
    steps: run.steps.map(stepResultJson),
    gates: run.gates.map(gateCheckJson),
  };
}

/** Finished changes by what was done, the others by how they ended. */
function countResults(results: readonly ChangeResult[]): Readonly<Record<string, number>> {
  const done = { create: 0, update: 0, restart: 0, replace: 0, delete: 0, move: 0 };
  const ended = { done: 0, failed: 0, cancelled: 0, skipped: 0, not_started: 0 };
  for (const result of results) {
    ended[result.status] += 1;
    if (result.status === 'done') done[result.action] += 1;
  }
  const { failed, cancelled, skipped, not_started } = ended;
  return { ...done, failed, cancelled, skipped, not_started };
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

function evidenceJson(evidence: GateEvidence | null): JsonObject | null {
  if (evidence === null) return null;
  const { condition, probes, exit_code, log_lines } = evidence;
  return { condition, probes: probes.map(probeJson), exit_code, log_lines };
}

function probeJson(probe: ProbeResult): JsonObject {
  const { at, check_type, target, passed, exit_code, output, response_time_ms } = probe;
  return { at, check_type, target, passed, exit_code, output, response_time_ms };
}
