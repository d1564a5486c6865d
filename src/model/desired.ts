/** Desired: what the manifests at one revision declare, fully resolved. */
import type { Address, ResourceType } from './address.ts';
import type { FieldPath } from './field-path.ts';
import type { Json, JsonObject } from './json.ts';
import type { SourceRange } from './source.ts';

/** The git commit, plus a dirty flag, that desired was read from. */
export interface Revision {
  /** Full hash; `null` before the first commit. */
  readonly commit: string | null;
  /** Whether the working tree differs from the commit in what was read. */
  readonly dirty: boolean;
}

export const DEPENDENCY_CONDITIONS = ['service_started', 'service_healthy', 'service_completed_successfully'] as const;

export type DependencyCondition = (typeof DEPENDENCY_CONDITIONS)[number];

export interface Dependency {
  readonly address: Address;
  readonly condition: DependencyCondition;
  /** The dependent is restarted whenever this dependency is restarted or replaced. */
  readonly restart: boolean;
  readonly criticality: 'required' | 'optional';
}

/** What a pass does about what the world changed: carries out what is declared, leaves it and says so, or says nothing. */
export const DRIFT_POLICIES = ['heal', 'report', 'ignore'] as const;

export type DriftPolicy = (typeof DRIFT_POLICIES)[number];

/** A field whose value git does not hold at the revision, or not all of it. */
export interface Untracked {
  readonly field_path: FieldPath;
  /**
   * `edit`: git has another content of the file, and nobody has committed this one. `input`: git is not to have it at all, such
   * as a secret, a variable of the process environment, a file that is not tracked. Whoever changes an input means it.
   */
  readonly kind: 'edit' | 'input';
  /** Equal as long as the manifests ask for it in the same way; `null` where the path itself says how. */
  readonly declared: string | null;
}

export interface DesiredResource {
  readonly address: Address;
  readonly type: ResourceType;
  readonly key: string;
  /** The physical name, unique on its engine. */
  readonly name: string;
  /** The name of the engine in this environment that runs it. */
  readonly engine: string;
  /** Checked for, never made, changed or removed. */
  readonly external: boolean;
  /** Claims what has its name and nobody's labels; absent for not. */
  readonly adopted?: boolean;
  /** Never removed or replaced. */
  readonly protect: boolean;
  /** Whether removing or replacing it may destroy its data. */
  readonly deletion_policy: 'retain' | 'delete';
  /** What becomes of it where a change of it fails: the environment's policy unless it has its own. */
  readonly on_failure: OnFailure;
  /** What a pass does where the world changed it: the environment's policy unless it has its own. */
  readonly drift: DriftPolicy;
  /**
   * The resolved long form in the shape of the schema, each default filled in, keyed lists as objects by key, sets
   * sorted, durations and sizes in canonical text, paths absolute, secrets as `{$secret}`. Services also carry
   * `run_state`, which is `running`, `completed` or `stopped`.
   */
  readonly config: JsonObject;
  readonly dependencies: readonly Dependency[];
  /** Volumes, networks and images that must exist before this one does. */
  readonly uses: readonly Address[];
  readonly untracked: readonly Untracked[];
}

export interface EngineDeclaration {
  readonly name: string;
  readonly driver: string;
  /** What the driver's schema fragment allows: `host`, `context`, `uri` … */
  readonly settings: JsonObject;
  /** The declared VM that it runs in; absent where it is reached by itself. */
  readonly inside?: EngineInside;
}

/** A VM that provides an engine: as much of it as it takes to reach into it. */
export interface EngineInside {
  readonly provider: Address;
  /** The physical name of the VM. */
  readonly name: string;
  /** The configuration of the VM: its ways in. */
  readonly config: JsonObject;
  /** What runs the VM. */
  readonly engine: EngineDeclaration;
}

export interface IgnoreRule {
  readonly address: Address;
  /** Normalised where it names one field; else the query as it is written. */
  readonly field_path: FieldPath;
  /** The normalised paths that a query selects in a configuration; absent where the path is one of names and `*`. */
  readonly select?: (config: JsonObject) => readonly FieldPath[];
  readonly reason: string;
  /** `YYYY-MM-DD`: the last day on which the rule holds. */
  readonly until: string | null;
  /** Where it stands. */
  readonly source: SourceRange | null;
}

/** `stop` begins no further change; `rollback` also brings back what was there before; `continue` goes on with the rest. */
export const ON_FAILURE = ['stop', 'rollback', 'continue'] as const;

export type OnFailure = (typeof ON_FAILURE)[number];

export interface Policies {
  readonly drift: DriftPolicy;
  readonly on_failure: OnFailure;
  /** How much goes back where `on_failure` is `rollback`: the service that failed, or all that the run changed. */
  readonly rollback: 'service' | 'environment';
  readonly prune: boolean;
}

export interface MovedResource {
  readonly from: Address;
  readonly to: Address;
}

export interface DesiredEnvironment {
  readonly name: string;
  readonly type: 'local' | 'staging' | 'production';
  /** Prefix of physical names. */
  readonly project: string;
  /** The folder of its manifests, relative to the root of the repo. */
  readonly folder: string;
  readonly revision: Revision;
  readonly engines: Readonly<Record<string, EngineDeclaration>>;
  readonly resources: ReadonlyMap<Address, DesiredResource>;
  readonly policies: Policies;
  readonly moved: readonly MovedResource[];
  readonly ignore_differences: readonly IgnoreRule[];
  /** Every file that was read, relative to the root, sorted. */
  readonly files: readonly string[];
  /** Where a value is declared: the field itself, or the nearest declared thing around it. Computed when asked. */
  locate(address: Address, path: FieldPath): SourceRange | null;
  /**
   * Where the part of a value was written that makes it other than `before`, if that is not in the field itself; `null`
   * where it is, or cannot be told. Absent where nobody keeps what manifests look like.
   */
  readonly writtenAt?: (address: Address, path: FieldPath, before: Json) => SourceRange | null;
}
