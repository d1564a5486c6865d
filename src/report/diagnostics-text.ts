/** Diagnostics for people: `file:line:column: error: summary [code]`, what would be right, and the line with a caret. */
import type { Diagnostic } from '../model/diagnostic.ts';
import { formatSource } from '../model/source.ts';
import { indented, wrapWords } from './layout.ts';
import { type Paint, painter } from './paint.ts';
import type { RenderOptions } from './render-options.ts';
import { safeLines, safeText } from './safe-text.ts';
import { snippetText } from './snippet.ts';
import { plural } from './words.ts';

/** `sources` holds the text of files by the names that diagnostics give them; a file that is not there has no snippet. */
export function renderDiagnostics(
  diagnostics: readonly Diagnostic[],
  sources: ReadonlyMap<string, string>,
  options: RenderOptions,
): string {
  if (diagnostics.length === 0) return '';
  const paint = painter(options.color);
  const lines = new Map([...sources].map(([file, text]) => [file, text.split(/\r?\n/)]));
  const texts = diagnostics.map((diagnostic) => {
    const file = diagnostic.source === null ? undefined : lines.get(diagnostic.source.file);
    return diagnosticText(diagnostic, file ?? null, options, paint);
  });
  return [...texts, countText(diagnostics)].join('\n');
}

/** One diagnostic; `lines` are those of its file, where they are known. */
export function diagnosticText(
  diagnostic: Diagnostic,
  lines: readonly string[] | null,
  options: RenderOptions,
  paint: Paint,
): string {
  const { severity, code, summary, detail, source } = diagnostic;
  const where = source === null ? '' : `${paint('strong', safeText(formatSource(source)))}: `;
  const word = paint(severity === 'error' ? 'bad' : 'warning', severity);
  const parts = [`${where}${word}: ${safeText(summary)} ${paint('faint', `[${code}]`)}`];
  if (detail !== null) parts.push(...safeLines(detail).map((line) => wrapWords(line, options.width, 2)));
  const snippet = source === null || lines === null ? null : snippetText(lines, source, options, paint);
  if (snippet !== null) parts.push(indented(snippet, 2));
  return parts.join('\n');
}

/** `2 errors, 1 warning.` */
function countText(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'error').length;
  const warnings = diagnostics.length - errors;
  const counts = [
    ...(errors > 0 ? [plural(errors, 'error')] : []),
    ...(warnings > 0 ? [plural(warnings, 'warning')] : []),
  ];
  return `${counts.join(', ')}.`;
}
