/** Made from schemas/status.json by `npm run generate`: change that file, not this one. */

/**
 * The type of a resource up to the first dot, then its key: `service.web`.
 */
export type Address = string;
/**
 * Any JSON value. What is secret in it stands as `{"$secret": …}`.
 */
export type JsonValue = (null | boolean | number | string) | JsonValue[] | Secret | JsonObject;

/**
 * How environments and their resources are now.
 */
export interface Status {
  /**
   * Major and minor version of this format. Readers ignore keys they do not know and refuse a major they do not know.
   */
  format_version: '1.0';
  environments: EnvironmentStatus[];
}
export interface EnvironmentStatus {
  name: string;
  /**
   * `uninitialized`: nothing of it was ever made. `provisioning`: it is being changed, or still starting. `degraded`: something is wrong and something works. `failed`: nothing that should run works. `stopped`: on purpose. `terminated`: destroyed.
   */
  state: 'uninitialized' | 'provisioning' | 'healthy' | 'degraded' | 'failed' | 'stopped' | 'terminated';
  conditions: Condition[];
  last_applied: Revision | null;
  last_attempted: Revision | null;
  last_healthy: Revision | null;
  resources: ResourceStatus[];
}
export interface Condition {
  type: 'Ready' | 'Reconciling' | 'Stalled';
  status: 'True' | 'False' | 'Unknown';
  /**
   * One CamelCase word for machines.
   */
  reason: string;
  /**
   * For people.
   */
  message: string;
  /**
   * When the status last changed, where that is known.
   */
  since: string | null;
}
export interface ResourceStatus {
  address: Address;
  engine: string;
  /**
   * The physical name on the engine.
   */
  name: string;
  /**
   * `missing`: declared and not there. `unknown`: its engine did not answer. Null: a type that does not run.
   */
  run_state:
    | 'created'
    | 'running'
    | 'paused'
    | 'restarting'
    | 'completed'
    | 'failed'
    | 'stopped'
    | 'dead'
    | 'missing'
    | 'unknown'
    | null;
  /**
   * The engine's own verdict; `none` where it has none.
   */
  health: 'healthy' | 'unhealthy' | 'starting' | 'none';
  /**
   * One sentence for people.
   */
  reason: string | null;
  since: string | null;
  /**
   * By the engine itself, since it was started.
   */
  restarts: number;
  ports: string[];
  /**
   * Facts for people: pid, image id, addresses.
   */
  details: JsonObject;
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
