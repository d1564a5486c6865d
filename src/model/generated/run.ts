/** Made from schemas/run.json by `npm run generate`: change that file, not this one. */

/**
 * The type of a resource up to the first dot, then its key: `service.web`.
 */
export type Address = string;
/**
 * Any JSON value. What is secret in it stands as `{"$secret": …}`.
 */
export type JsonValue = (null | boolean | number | string) | JsonValue[] | Secret | JsonObject;
/**
 * What a gate waits for.
 */
export type ConditionName = 'service_started' | 'service_healthy' | 'service_completed_successfully';
/**
 * Where in a change a step stands.
 */
export type Phase = 'prepare' | 'stop' | 'alter' | 'start' | 'gate' | 'remove';
/**
 * What happens to the resource, in trueup's words.
 */
export type Action = 'create' | 'update' | 'restart' | 'replace' | 'delete' | 'move';

/**
 * One execution of a plan, with a result per step. Known secret values are masked in probe output, log lines and errors.
 */
export interface Run {
  /**
   * Major and minor version of this format. Readers ignore keys they do not know and refuse a major they do not know.
   */
  format_version: '1.0';
  /**
   * Only in report files, like the members up to engines.
   */
  kind?: 'run';
  /**
   * Sorts by time.
   */
  id: string;
  /**
   * When the report was made.
   */
  created_at?: string;
  /**
   * The version of trueup that made it.
   */
  trueup_version?: string;
  duration_ms: number;
  /**
   * The engines at that time.
   */
  engines?: ReportEngine[];
  environment: string;
  /**
   * Prefix of physical names.
   */
  project: string;
  revision: Revision;
  /**
   * What was done.
   */
  mode: 'apply' | 'destroy';
  /**
   * `failed` when a step failed; `cancelled` when the run was interrupted.
   */
  status: 'succeeded' | 'failed' | 'cancelled';
  started_at: string;
  /**
   * Finished changes by action, the others by how they ended.
   */
  summary: {
    create: number;
    update: number;
    restart: number;
    replace: number;
    delete: number;
    move: number;
    failed: number;
    cancelled: number;
    skipped: number;
    not_started: number;
  };
  changes: ChangeResult[];
  /**
   * In the order of the plan.
   */
  steps: StepResult[];
  /**
   * The last look at every gate, changed or not.
   */
  gates: GateCheck[];
}
/**
 * What became of one change of the plan.
 */
export interface ChangeResult {
  address: Address;
  action: Action;
  /**
   * `cancelled`: interrupted under way, may have taken effect in part. `skipped`: another failed first. `not_started`: interrupted before it began.
   */
  status: 'done' | 'failed' | 'cancelled' | 'skipped' | 'not_started';
  /**
   * Of its steps together.
   */
  duration_ms: number;
}
/**
 * How one step ended.
 */
export interface StepResult {
  id: string;
  address: Address;
  phase: Phase;
  verb: string;
  status: 'done' | 'failed' | 'skipped' | 'cancelled';
  /**
   * Null when it never began.
   */
  started_at: string | null;
  duration_ms: number;
  error: Failure | null;
  /**
   * The failed or cancelled step that kept this one from running.
   */
  skipped_because: string | null;
  gate: Gate | null;
  /**
   * What the engine answered: ids, pids.
   */
  outcome: JsonObject;
}
/**
 * Whether a gate is open at the end.
 */
export interface GateCheck {
  address: Address;
  condition: ConditionName;
  met: boolean;
  /**
   * Why not.
   */
  reason: string | null;
  gate: Gate | null;
}
/**
 * Stands for a secret. Never a value and never a digest: only whether the two sides agree. `unknown` where one side is missing or was not resolved.
 */
export interface Secret {
  $secret: 'changed' | 'same' | 'unknown';
}
/**
 * Any JSON object. What is secret in it stands as `{"$secret": …}`.
 */
export interface JsonObject {
  $secret?: never;
  [k: string]: JsonValue | undefined;
}
/**
 * What the manifests were read from.
 */
export interface Revision {
  /**
   * The full hash; null before the first commit.
   */
  commit: string | null;
  /**
   * Whether the working tree differed from the commit in what was read.
   */
  dirty: boolean;
}
/**
 * What went wrong while running.
 */
export interface Failure {
  /**
   * One of the failure codes of docs/errors.md.
   */
  code: string;
  /**
   * What was attempted, on what, and what was seen.
   */
  message: string;
  /**
   * What to do now.
   */
  next: string | null;
  /**
   * Facts for machines: ports, names, exit codes.
   */
  fields: JsonObject;
  /**
   * Whether the same call may succeed later without anybody changing anything.
   */
  retryable: boolean;
}
/**
 * An engine at the time of the report.
 */
export interface ReportEngine {
  name: string;
  driver: string;
  /**
   * Null where it did not answer.
   */
  version: string | null;
}
/**
 * Why a gate is closed. Known secret values are masked.
 */
export interface Gate {
  condition: ConditionName;
  /**
   * The last ones, oldest first.
   */
  probes: Probe[];
  /**
   * Of the resource, where it ended.
   */
  exit_code: number | null;
  /**
   * The last ones.
   */
  log_lines: string[];
}
/**
 * One look at whether a resource is as its gate wants it.
 */
export interface Probe {
  at: string;
  /**
   * A command inside the resource, a URL, or the engine's own verdict.
   */
  check_type: 'test' | 'endpoint' | 'engine';
  /**
   * The command or URL.
   */
  target: string;
  passed: boolean;
  exit_code: number | null;
  /**
   * At most 4 KiB.
   */
  output: string;
  response_time_ms: number;
}
