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

/** Of what is declared no more: where it stood, and at which commit. */
export interface LastSource extends SourceRange {
  /** Full hash. */
  readonly commit: string;
}

export function formatSource(source: SourceRange): string {
  return `${source.file}:${source.start.line}:${source.start.column}`;
}

/** `environments/local/web.yaml:9:3 at 1a2b3c4`. */
export function formatLastSource(source: LastSource): string {
  return `${formatSource(source)} at ${source.commit.slice(0, 7)}`;
}
