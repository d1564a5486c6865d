/** Diagnostics: problems in what people wrote, as values. They are collected and shown together, never thrown one by one. */
import type { DiagnosticCode } from './codes.ts';
import { compareText } from './json.ts';
import { formatSource, type SourceRange } from './source.ts';

export type DiagnosticSeverity = 'error' | 'warning';

export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: DiagnosticSeverity;
  /** What is wrong, in one line without a trailing full stop. */
  readonly summary: string;
  /** What would be right, or what to do next. */
  readonly detail: string | null;
  readonly source: SourceRange | null;
}

export function errorAt(
  code: DiagnosticCode,
  source: SourceRange | null,
  summary: string,
  detail: string | null = null,
): Diagnostic {
  return { code, severity: 'error', summary, detail, source };
}

export function warningAt(
  code: DiagnosticCode,
  source: SourceRange | null,
  summary: string,
  detail: string | null = null,
): Diagnostic {
  return { code, severity: 'warning', summary, detail, source };
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === 'error');
}

/** By file and position; what has no position comes first. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.toSorted((left, right) => {
    const [a, b] = [left.source, right.source];
    if (a === null || b === null)
      return Number(a !== null) - Number(b !== null) || compareText(left.summary, right.summary);
    return (
      compareText(a.file, b.file) ||
      a.start.line - b.start.line ||
      a.start.column - b.start.column ||
      compareText(left.summary, right.summary)
    );
  });
}

/** `environments/local/web.yaml:3:5: the image has no tag`: where and what, for where there is one line. */
export function mistakeText({ source, summary }: Diagnostic): string {
  return source === null ? summary : `${formatSource(source)}: ${summary}`;
}
