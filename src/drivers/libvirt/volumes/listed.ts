/** The names in a table of `vol-list`: its first column. Names of ours have no spaces, and others do not matter here. */

export function listedNames(table: string): readonly string[] {
  return table.split('\n').flatMap((line) => /^\s*(\S+)\s+\S/.exec(line)?.[1] ?? []);
}
