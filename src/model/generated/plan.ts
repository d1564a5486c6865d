/** Made from schemas/plan.json by `npm run generate`: change that file, not this one. */

/**
 * The type of a resource up to the first dot, then its key: `service.web`.
 */
export type Address = string;
/**
 * What kind of thing the resource is.
 */
export type ResourceType = 'service' | 'volume' | 'network' | 'image' | 'vm' | 'cluster';
/**
 * A normalised JSONPath (RFC 9535), such as `$['networking']['ports']['8080/tcp']`.
 */
export type FieldPath = string;
/**
 * Any JSON value. What is secret in it stands as `{"$secret": …}`.
 */
export type JsonValue = (null | boolean | number | string) | JsonValue[] | Secret | JsonObject;
/**
 * The shape of the value beside it: `true` at each secret leaf, `false` where nothing is secret.
 */
export type Sensitivity =
  | boolean
  | Sensitivity[]
  | {
      [k: string]: Sensitivity;
    };
/**
 * Who moved: the manifests, the world, both, or nobody knows, because nothing is recorded.
 */
export type Cause = 'git' | 'world' | 'both' | 'unknown';
/**
 * How much a difference matters.
 */
export type Severity = 'info' | 'warning' | 'error' | 'critical';
/**
 * Where in a change a step stands.
 */
export type Phase = 'prepare' | 'stop' | 'alter' | 'start' | 'gate' | 'remove';
/**
 * What happens to the resource, in trueup's words.
 */
export type Action = 'create' | 'update' | 'restart' | 'replace' | 'delete' | 'move';

/**
 * What turns observed into desired. Keys follow Terraform's plan format where the meaning is the same. No time and no id: the same revision, observation, recorded state and inputs give the same bytes.
 */
export interface Plan {
  /**
   * Major and minor version of this format. Readers ignore keys they do not know and refuse a major they do not know.
   */
  format_version: '1.0';
  /**
   * Only in report files, like the members up to engines.
   */
  kind?: 'plan';
  /**
   * Identifies the report; that of a run is the id of the run.
   */
  id?: string;
  /**
   * When the report was made.
   */
  created_at?: string;
  /**
   * The version of trueup that made it.
   */
  trueup_version?: string;
  /**
   * How long the making took; of a run, the run.
   */
  duration_ms?: number;
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
   * What the plan is for.
   */
  mode: 'apply' | 'destroy';
  /**
   * False when errors, conflicts or an unreachable engine forbid to carry it out.
   */
  applyable: boolean;
  /**
   * False when some engine did not answer, so that more may have to change than is listed.
   */
  complete: boolean;
  /**
   * Whether diagnostics hold an error.
   */
  errored: boolean;
  inputs: Inputs;
  policies: Policies;
  /**
   * How many changes there are of each action.
   */
  summary: Summary;
  /**
   * Resources that are as they should be. They are counted, not listed.
   */
  unchanged: number;
  resource_changes: ResourceChange[];
  /**
   * What the world, or nobody knows who, changed. Unlike Terraform's, before is observed and after is desired.
   */
  resource_drift: ResourceDrift[];
  /**
   * Changes that must not happen, and are left out.
   */
  withheld: Withheld[];
  /**
   * Objects that stand in the way and belong to somebody else.
   */
  conflicts: Conflict[];
  ignored: Ignored[];
  diagnostics: Diagnostic[];
  /**
   * Each after those that it depends on.
   */
  steps: Step[];
}
export interface Summary {
  create: number;
  update: number;
  restart: number;
  replace: number;
  delete: number;
  move: number;
}
/**
 * All that must happen to one resource, with the differences that cause it.
 */
export interface ResourceChange {
  address: Address;
  /**
   * Set for a resource that moves; equal to the address where only its physical name changes.
   */
  previous_address: Address | null;
  type: ResourceType;
  /**
   * The physical name on the engine.
   */
  name: string;
  /**
   * The name of the engine.
   */
  engine: string;
  action: Action;
  /**
   * Why the change happens at all.
   */
  action_reason:
    | 'missing'
    | 'differs'
    | 'not_running'
    | 'replace_because_cannot_update'
    | 'replace_by_request'
    | 'restart_by_request'
    | 'restart_with_dependency'
    | 'delete_because_no_resource_config'
    | 'delete_by_request'
    | 'moved';
  cause: Cause;
  change: Change;
  /**
   * Where the resource is declared.
   */
  source: Source | null;
  differences: Difference[];
  depends_on: Address[];
  /**
   * What else the change does.
   */
  impact: {
    /**
     * What is restarted, the resource itself included.
     */
    restarts: Address[];
    connections_dropped: boolean;
    downtime: boolean;
    data_loss: boolean;
  };
}
/**
 * The change in Terraform's terms.
 */
export interface Change {
  /**
   * Terraform's actions: restart is an update; a move is an update where fields differ too, else a no-op with a previous_address.
   */
  actions: ['create'] | ['update'] | ['delete', 'create'] | ['delete'] | ['no-op'];
  /**
   * Observed configuration; null when it does not exist.
   */
  before: JsonObject | null;
  /**
   * Desired configuration; null when it is to be removed.
   */
  after: JsonObject | null;
  /**
   * Whether more is known only once the engine exists.
   */
  after_unknown: boolean;
  before_sensitive: Sensitivity;
  after_sensitive: Sensitivity;
  /**
   * The names of each field path that forces the replacement.
   */
  replace_paths: string[][];
}
export interface Withheld {
  address: Address;
  reason: 'protected' | 'prune_disabled' | 'data_kept' | 'stopped_on_purpose';
  summary: string;
}
export interface Conflict {
  address: Address;
  engine: string;
  /**
   * The physical name that is taken.
   */
  name: string;
  /**
   * Whose it is.
   */
  summary: string;
  source: Source | null;
}
/**
 * One engine call, or one gate.
 */
export interface Step {
  /**
   * `<address>:<verb>`, with a counter where the verb comes twice.
   */
  id: string;
  address: Address;
  engine: string;
  phase: Phase;
  /**
   * Belongs to the driver; that of a gate is its condition.
   */
  verb: string;
  /**
   * Belong to the driver.
   */
  args: JsonObject;
  /**
   * Why the step is there.
   */
  cause: string;
  depends_on: {
    /**
     * Its id.
     */
    step: string;
    /**
     * Whether any end of it will do, instead of success.
     */
    optional: boolean;
  }[];
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
 * Line and column count from 1; columns count UTF-16 code units.
 */
export interface Position {
  line: number;
  column: number;
}
/**
 * Where something stands in the manifests.
 */
export interface Source {
  /**
   * Relative to the root of the repo, with forward slashes.
   */
  file: string;
  start: Position;
  end: Position;
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
 * One field path on which desired and observed disagree.
 */
export interface Difference {
  field_path: FieldPath;
  /**
   * Observed; null where the field is not set.
   */
  before: JsonValue;
  /**
   * Desired; null where the field is not set.
   */
  after: JsonValue;
  cause: Cause;
  severity: Severity;
  /**
   * What it takes to get from before to after.
   */
  effect: 'in_place' | 'restart' | 'replace' | 'unsupported';
  /**
   * Where the desired value stands.
   */
  source: Source | null;
}
/**
 * A resource that the world changed. Differences that only git explains are left out.
 */
export interface ResourceDrift {
  address: Address;
  type: ResourceType;
  /**
   * The physical name on the engine.
   */
  name: string;
  /**
   * The name of the engine.
   */
  engine: string;
  /**
   * `missing`: declared and gone. `differs`: there, with other fields. `undeclared`: there, and in no manifest.
   */
  kind: 'missing' | 'differs' | 'undeclared';
  cause: Cause;
  differences: Difference[];
}
/**
 * An ignore rule and how often it hit.
 */
export interface Ignored {
  address: Address;
  field_path: FieldPath;
  /**
   * Why, as its author wrote.
   */
  reason: string;
  hits: number;
}
/**
 * A problem in what people wrote.
 */
export interface Diagnostic {
  /**
   * One of the diagnostic codes of docs/errors.md.
   */
  code: string;
  /**
   * An error forbids to go on; a warning does not.
   */
  severity: 'error' | 'warning';
  /**
   * What is wrong, in one line.
   */
  summary: string;
  /**
   * What would be right, or what to do next.
   */
  detail: string | null;
  source: Source | null;
}
/**
 * An engine of the environment, and what was learnt of it.
 */
export interface Engine {
  /**
   * Its name in the environment.
   */
  name: string;
  /**
   * The driver that speaks to it.
   */
  driver: string;
  /**
   * `absent`: it is a declared vm or cluster that does not exist yet. `unreachable`: it did not answer, which is never the same as empty.
   */
  status: 'known' | 'absent' | 'unreachable';
  /**
   * What its driver discovered; null where it did not answer.
   */
  facts: {
    kind: string;
    version: string;
    $secret?: never;
    [k: string]: JsonValue | string | undefined;
  } | null;
  /**
   * Why it did not answer.
   */
  error: string | null;
}
/**
 * What was read to compute this.
 */
export interface Inputs {
  /**
   * Every manifest, relative to the root of the repo.
   */
  files: string[];
  engines: Engine[];
  /**
   * Addresses that the command was limited to; empty for all.
   */
  targets: Address[];
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
 * What the environment asks for.
 */
export interface Policies {
  drift: 'heal' | 'report' | 'ignore';
  on_failure: 'stop' | 'continue';
  prune: boolean;
}
