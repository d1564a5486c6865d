/** Diagnostics with the lines that they point at, read from the files again: nothing keeps manifests for their sake. */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { ReadFrom } from '../model/failure.ts';
import { renderDiagnostics } from '../report/diagnostics-text.ts';
import type { RenderOptions } from '../report/render-options.ts';

export async function diagnosticsText(
  diagnostics: readonly Diagnostic[],
  directory: string,
  options: RenderOptions,
  readFrom: ReadFrom | null = null,
): Promise<string> {
  if (readFrom !== null) return renderDiagnostics(diagnostics, readFrom.texts, options);
  const root = await rootOf(directory);
  const files = new Set(diagnostics.flatMap((diagnostic) => diagnostic.source?.file ?? []));
  const sources = new Map<string, string>();
  for (const file of files) {
    const text = await readFile(join(root, file), 'utf8').catch(() => null);
    if (text !== null) sources.set(file, text);
  }
  return renderDiagnostics(diagnostics, sources, options);
}

async function rootOf(directory: string): Promise<string> {
  const { openRepository } = await import('../git/repository.ts');
  const opened = await openRepository(directory, AbortSignal.timeout(5000)).catch(() => null);
  return opened?.root ?? resolve(directory);
}
