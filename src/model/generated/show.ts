/** Made from schemas/show.json by `npm run generate`: change that file, not this one. */

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
 * What a gate waits for.
 */
export type ConditionName = 'service_started' | 'service_healthy' | 'service_completed_successfully';

/**
 * An environment as it was resolved: each default filled in, each value in its canonical form, secrets hidden.
 */
export interface Show {
  /**
   * Major and minor version of this format. Readers ignore keys they do not know and refuse a major they do not know.
   */
  format_version: '1.0';
  environment: string;
  type: 'local' | 'staging' | 'production';
  /**
   * Prefix of physical names.
   */
  project: string;
  /**
   * Of its manifests, relative to the root of the repo.
   */
  folder: string;
  revision: Revision;
  files: string[];
  engines: {
    name: string;
    driver: string;
    settings: JsonObject;
  }[];
  policies: Policies;
  resources: Resource[];
  moved: {
    from: Address;
    to: Address;
  }[];
  ignore_differences: {
    address: Address;
    field_path: FieldPath;
    reason: string;
    /**
     * The last day on which the rule holds.
     */
    until: string | null;
  }[];
}
/**
 * One declared thing.
 */
export interface Resource {
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
   * Checked for, never made, changed or removed.
   */
  external: boolean;
  /**
   * Never removed or replaced.
   */
  protect: boolean;
  /**
   * Whether removing or replacing it may destroy its data.
   */
  deletion_policy: 'retain' | 'delete';
  /**
   * The long form in the shape of schemas/environment.json: keyed lists as objects by key, sets sorted, paths absolute.
   */
  config: JsonObject;
  dependencies: Dependency[];
  /**
   * Volumes, networks and images that must exist before it does.
   */
  uses: Address[];
  source: Source | null;
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
 * What the environment asks for.
 */
export interface Policies {
  drift: 'heal' | 'report' | 'ignore';
  on_failure: 'stop' | 'continue';
  prune: boolean;
}
/**
 * A resource that another waits for.
 */
export interface Dependency {
  address: Address;
  condition: ConditionName;
  /**
   * Whether the dependent restarts with it.
   */
  restart: boolean;
  /**
   * An optional one may fail.
   */
  criticality: 'required' | 'optional';
}
