/** Made from schemas/diagnostics.json by `npm run generate`: change that file, not this one. */

/**
 * Any JSON value. What is secret in it stands as `{"$secret": …}`.
 */
export type JsonValue = (null | boolean | number | string) | JsonValue[] | Secret | JsonObject;

/**
 * What any command prints with --output json when it cannot do its work: one error, and the diagnostics behind it.
 */
export interface Diagnostics {
  error: Failure;
  diagnostics: Diagnostic[];
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
