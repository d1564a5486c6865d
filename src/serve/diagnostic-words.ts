/** A diagnostic in one line of a log, with the place where it stands. Pure. */
import type { Diagnostic } from '../model/diagnostic.ts';

export function diagnosticWords({ source, summary }: Pick<Diagnostic, 'source' | 'summary'>): string {
  const where = source === null ? '' : `${source.file}:${source.start.line}:${source.start.column}: `;
  return `${where}${summary}`;
}
