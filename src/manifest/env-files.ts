/** Env files: `.env` at the root of the repo unless others are named. Later files win. Values are taken as they stand. */
import { readFile } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';
import { parseEnv } from 'node:util';
import { type Diagnostic, errorAt } from '../model/diagnostic.ts';
import { contentFound } from './asked-files.ts';

export interface EnvFiles {
  readonly values: Readonly<Record<string, string>>;
  /** The files that were read and are in the repo, relative to its root. */
  readonly files: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
  /** What was in each that was asked for, by absolute path. */
  readonly contents: ReadonlyMap<string, string>;
}

/** Env files stand in the working tree whatever the revision: git usually ignores them. */
export async function readEnvFiles(
  root: string,
  named: readonly string[] | undefined,
  signal: AbortSignal,
): Promise<EnvFiles> {
  const values: Record<string, string> = {};
  const [files, diagnostics]: [string[], Diagnostic[]] = [[], []];
  const contents = new Map<string, string>();
  for (const name of named ?? ['.env']) {
    const path = resolve(root, name);
    try {
      const bytes = await readFile(path, { signal });
      contents.set(path, contentFound(bytes));
      const parsed = parseEnv(bytes.toString('utf8'));
      for (const [key, value] of Object.entries(parsed)) if (value !== undefined) values[key] = value;
      const inRepo = relative(root, path).split(sep).join('/');
      if (!inRepo.startsWith('../')) files.push(inRepo);
    } catch (error) {
      signal.throwIfAborted();
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
      if (code === 'ENOENT') contents.set(path, contentFound(null));
      if (code === 'ENOENT' && named === undefined) continue;
      const reason = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`;
      diagnostics.push(errorAt('invalid_path', null, `the env file ${name} ${reason}`));
    }
  }
  return { values, files, diagnostics, contents };
}
