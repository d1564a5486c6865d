/** What comes after an import, as commands. Nothing is said that would fail, or would give away what the import warns of. */
import type { ImportRemark } from './import.ts';

export interface ImportedAs {
  readonly environment: string;
  /** Path of the manifest, relative to the root. */
  readonly manifest: string;
  readonly notes: readonly Pick<ImportRemark, 'kind'>[];
}

export function nextAfterImport({ environment, manifest, notes }: ImportedAs): readonly string[] {
  const says = (kind: ImportRemark['kind']): boolean => notes.some((note) => note.kind === kind);
  return [
    // What changes with the adoption alone stands in the way of a plan without it.
    `trueup plan ${environment}${says('will_change') ? ' --adopt' : ''}`,
    `trueup apply ${environment} --adopt`,
    // Git forgets nothing: people look at what may be a secret first.
    ...(says('plain_secret') ? [] : [`git add ${manifest} .gitignore`]),
  ];
}
