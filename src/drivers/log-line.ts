/** The output of a resource, and how much of it is asked for. */

export interface LogOptions {
  /** Only the last so many lines; all when absent. */
  readonly tail?: number;
  readonly follow?: boolean;
  /** ISO 8601. */
  readonly since?: string;
}

export interface LogLine {
  readonly stream: 'stdout' | 'stderr';
  /** ISO 8601, where the engine knows it. */
  readonly at: string | null;
  /** Without the line break. */
  readonly line: string;
}
