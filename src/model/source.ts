/** Positions in manifests. Lines and columns count from 1; columns count UTF-16 code units, as editors do. */

export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface SourceRange {
  /** Relative to the root of the repo, with forward slashes. */
  readonly file: string;
  readonly start: Position;
  readonly end: Position;
}

export function formatSource(source: SourceRange): string {
  return `${source.file}:${source.start.line}:${source.start.column}`;
}
