/** The run: one execution of a plan, with a result per step. Results are data; upstream noise is not repeated. */
import type { Address } from './address.ts';
import type { Change, PendingRestart, Withheld } from './change.ts';
import type { DependencyCondition, Revision } from './desired.ts';
import type { Failure } from './failure.ts';
import type { JsonObject } from './json.ts';
import type { StepPhase } from './plan.ts';

export const RUN_FORMAT_VERSION = '1.0';

/** `not_needed`: it was there for the case that something fails, and nothing did. */
export type StepStatus = 'done' | 'failed' | 'skipped' | 'cancelled' | 'not_needed';

export interface ProbeResult {
  /** ISO 8601. */
  readonly at: string;
  /** `rung`: one of what makes a VM or a cluster ready. */
  readonly check_type: 'test' | 'endpoint' | 'engine' | 'rung';
  readonly target: string;
  readonly passed: boolean;
  readonly exit_code: number | null;
  /** At most 4 KiB, known secrets masked. */
  readonly output: string;
  readonly response_time_ms: number;
}

/** Why a gate failed: the last probes, the exit code, the last log lines, known secrets masked. */
export interface GateEvidence {
  readonly condition: DependencyCondition;
  readonly probes: readonly ProbeResult[];
  readonly exit_code: number | null;
  readonly log_lines: readonly string[];
}

export interface StepResult {
  readonly id: string;
  readonly address: Address;
  readonly engine: string;
  readonly name: string;
  readonly phase: StepPhase;
  readonly verb: string;
  readonly status: StepStatus;
  readonly started_at: string | null;
  readonly duration_ms: number;
  readonly error: Failure | null;
  /** The failed or cancelled step that kept this one from running. */
  readonly skipped_because: string | null;
  readonly gate: GateEvidence | null;
  /** What the engine answered, for people: ids, pids. */
  readonly outcome: JsonObject;
}

/** What a document tells of it. */
export type ToldStep = Omit<StepResult, 'engine' | 'name'>;

/** The last look at a gate that an apply ends with. */
export interface GateCheck {
  readonly address: Address;
  readonly condition: DependencyCondition;
  readonly met: boolean;
  readonly reason: string | null;
  readonly gate: GateEvidence | null;
}

/** What a run brought back because its change did not get done. */
export interface Rollback {
  readonly address: Address;
  readonly name: string;
  /** The step that failed. */
  readonly because: string;
  /** `restored`: what was there before is back; `failed`: it is not, and the steps say why. */
  readonly status: 'restored' | 'failed';
  /**
   * From the moment that it was taken down to the moment that it was back behind its gate; 0 where it never went down, and
   * `null` where an earlier run, or its engine, had taken it down.
   */
  readonly downtime_ms: number | null;
}

export type RunStatus = 'succeeded' | 'failed' | 'cancelled';

export interface Run {
  readonly format_version: typeof RUN_FORMAT_VERSION;
  readonly id: string;
  readonly environment: string;
  readonly project: string;
  readonly revision: Revision;
  readonly mode: 'apply' | 'destroy';
  readonly started_at: string;
  readonly duration_ms: number;
  readonly status: RunStatus;
  readonly steps: readonly StepResult[];
  readonly gates: readonly GateCheck[];
  readonly rollbacks: readonly Rollback[];
  /** What a second stage found to be done beyond the changes of the plan; absent for nothing. */
  readonly found_inside?: readonly Change[];
  /** What a second stage withheld beyond what the plan has said; absent for nothing. */
  readonly withheld_inside?: readonly Withheld[];
  /** What lags behind at its end, as the last look has seen it: configured, and in effect at a restart. Absent for nothing. */
  readonly pending_restart?: readonly PendingRestart[];
}
