/** Diagnostics in one line of a log, each with the place where it stands. Pure. */
import type { Diagnostic } from '../../model/diagnostic.ts';

/** So many mistakes are said in one line. */
const MOST = 3;

export function diagnosticWords({ source, summary }: Pick<Diagnostic, 'source' | 'summary'>): string {
  const where = source === null ? '' : `${source.file}:${source.start.line}:${source.start.column}: `;
  return `${where}${summary}`;
}

/** The first errors, and how many more there are. */
export function mistakeWords(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').map(diagnosticWords);
  const more = errors.length > MOST ? ` and ${errors.length - MOST} more` : '';
  return `${errors.slice(0, MOST).join('; ')}${more}`;
}
