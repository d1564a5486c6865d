/** The `data` of each CloudEvent: what its reader needs, bounded, so that no event grows with the environment's logs. */
import { typeOf } from '../model/address.ts';
import type { ProgressEvent } from '../model/events.ts';
import type { JsonObject } from '../model/json.ts';
import type { Step } from '../model/plan.ts';
import type { Run } from '../model/run.ts';
import type { ServeEvent } from '../model/serve-event.ts';
import { diagnosticJson, failureJson, revisionJson } from './json-parts.ts';

/** So many diagnostics and failed steps are told in full; the rest is counted. */
const TOLD = 20;

export function cloudEventData(event: ServeEvent): JsonObject {
  switch (event.type) {
    case 'triggered':
      return { kind: event.kind, reason: event.reason };
    case 'pass_started':
      return { revision: revisionJson(event.revision), reasons: event.reasons };
    case 'planned':
      return {
        changes: event.changes,
        drift: event.drift,
        withheld: event.withheld,
        after_ms: Math.round(event.after_ms),
      };
    case 'progress':
      return progressData(event.event);
    case 'pass_ended':
      return passData(event);
    case 'state_changed':
      return { from: event.from, to: event.to, reason: event.reason };
    case 'resource_changed':
      return {
        address: event.address,
        type: typeOf(event.address),
        run_state: event.run_state,
        health: event.health,
        reason: event.reason,
      };
    case 'drift_found':
    case 'drift_over':
      return { addresses: event.addresses };
    case 'quarantined':
    case 'quarantine_lifted':
      return { revision: revisionJson(event.revision), why: event.why };
    case 'frozen':
    case 'freeze_ended':
      return { address: event.address, reason: event.reason };
    case 'orphaned':
    case 'declared_again':
      return { why: event.why };
    case 'source_lost':
    case 'engine_lost':
      return { what: event.what, why: event.why, next: event.next ?? null };
    case 'source_back':
    case 'engine_back':
      return { what: event.what, why: event.why };
    default:
      return event satisfies never;
  }
}

function passData(event: Extract<ServeEvent, { readonly type: 'pass_ended' }>): JsonObject {
  const { outcome, revision, duration_ms, run, failure, diagnostics, next_at } = event;
  return {
    outcome,
    revision: revisionJson(revision),
    duration_ms: Math.round(duration_ms),
    run: run === null ? null : runJson(run),
    failure: failure === null ? null : failureJson(failure),
    diagnostics: diagnostics.slice(0, TOLD).map(diagnosticJson),
    diagnostics_left_out: Math.max(0, diagnostics.length - TOLD),
    next_at,
  };
}

/** How a run ended. All of it stands in its report. */
function runJson(run: Run): JsonObject {
  const failed = run.steps.filter(({ status }) => status === 'failed');
  const closed = run.gates.filter(({ met }) => !met);
  return {
    id: run.id,
    mode: run.mode,
    status: run.status,
    started_at: run.started_at,
    duration_ms: Math.round(run.duration_ms),
    failures: failed.slice(0, TOLD).map(({ id, address, error }) => ({
      step: id,
      address,
      error: error === null ? null : failureJson(error),
    })),
    failures_left_out: Math.max(0, failed.length - TOLD),
    closed_gates: closed.map(({ address, condition, reason }) => ({ address, condition, reason })),
    rollbacks: run.rollbacks.map(({ address, status, downtime_ms }) => ({ address, status, downtime_ms })),
  };
}

function progressData(event: ProgressEvent): JsonObject {
  switch (event.type) {
    case 'run_started':
      return { run: event.run, steps: event.steps.length };
    case 'step_started':
      return stepJson(event.step);
    case 'step_progress':
      return { ...stepJson(event.step), message: event.message };
    case 'probe': {
      const { at, check_type, target, passed, exit_code, output, response_time_ms } = event.probe;
      const probe = { at, check_type, target, passed, exit_code, output, response_time_ms };
      return { address: event.address, probe };
    }
    case 'step_ended': {
      const { status, duration_ms, error, skipped_because } = event.result;
      const failure = error === null ? null : failureJson(error);
      return { ...stepJson(event.step), status, duration_ms, error: failure, skipped_because };
    }
    case 'stopping':
      return {};
    case 'run_ended':
      return { run: runJson(event.run) };
    default:
      return event satisfies never;
  }
}

function stepJson({ id, address, phase, verb, cause }: Step): JsonObject {
  return { step: id, address, phase, verb, cause };
}
