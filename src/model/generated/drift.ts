/** Made from schemas/drift.json by `npm run generate`: change that file, not this one. */

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
 * Who moved: the manifests, the world, both, or nobody knows, because nothing is recorded.
 */
export type Cause = 'git' | 'world' | 'both' | 'unknown';
/**
 * How much a difference matters.
 */
export type Severity = 'info' | 'warning' | 'error' | 'critical';

/**
 * Where the world moved away from what git declares. Differences that only git explains are none.
 */
export interface Drift {
  /**
   * Major and minor version of this format. Readers ignore keys they do not know and refuse a major they do not know.
   */
  format_version: '1.0';
  /**
   * Only in report files, like the members up to engines.
   */
  kind?: 'drift';
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
   * False when some engine did not answer, so that there may be more drift.
   */
  complete: boolean;
  inputs: Inputs;
  summary: Summary;
  resource_drift: ResourceDrift[];
  ignored: Ignored[];
  diagnostics: Diagnostic[];
}
export interface Summary {
  /**
   * Resources that are gone.
   */
  missing: number;
  /**
   * Resources with other fields.
   */
  differs: number;
  /**
   * Resources in no manifest.
   */
  undeclared: number;
  /**
   * All differences together.
   */
  differences: number;
  /**
   * Over differences, and over resources that are missing or undeclared as a whole.
   */
  by_cause: {
    world: number;
    both: number;
    unknown: number;
  };
  /**
   * Over differences.
   */
  by_severity: {
    info: number;
    warning: number;
    error: number;
    critical: number;
  };
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
