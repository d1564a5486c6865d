/** Made from schemas/validate.json by `npm run generate`: change that file, not this one. */

/**
 * All problems of the manifests at once.
 */
export interface Validate {
  /**
   * Major and minor version of this format. Readers ignore keys they do not know and refuse a major they do not know.
   */
  format_version: '1.0';
  /**
   * Whether there is no error.
   */
  valid: boolean;
  /**
   * The names of all that were looked at.
   */
  environments: string[];
  summary: {
    errors: number;
    warnings: number;
  };
  diagnostics: Diagnostic[];
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
