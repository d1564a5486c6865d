/** What is said of files that were saved, or are gone, in the working tree. Pure. */

export interface TouchedFile {
  readonly path: string;
  /** A folder is changed by what comes and goes in it. */
  readonly is: 'file' | 'folder' | 'gone';
}

const VERBS = [
  ['saved', 'file', 'files'],
  ['changed', 'folder', 'folders'],
  ['deleted', 'gone', 'files'],
] as const;

/** `saved a.yaml`, `deleted 2 files`, `saved a.yaml, deleted b.yaml`. */
export function savedWords(touched: readonly TouchedFile[]): string {
  const parts = VERBS.flatMap(([verb, kind, many]): readonly string[] => {
    const files = touched.filter(({ is, path }) => is === kind && !isImplied(path));
    const [first] = files;
    if (first === undefined) return [];
    return [`${verb} ${files.length === 1 ? first.path : `${files.length} ${many}`}`];
  });
  return parts.join(', ');

  /** A folder in which something is named. */
  function isImplied(path: string): boolean {
    return touched.some((other) => other.path.startsWith(`${path}/`));
  }
}
