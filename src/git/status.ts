/** Reads `git status --porcelain=v2 --branch -z`, the one git call that knows the commit and what differs from it. */

export const STATUS_ARGUMENTS: readonly string[] = [
  'status',
  '--porcelain=v2',
  '--branch',
  '-z',
  '--no-renames',
  '--untracked-files=normal',
  '--ignored=matching',
];

export interface WorkingTreeStatus {
  /** `null` before the first commit. */
  readonly commit: string | null;
  /** Changed, deleted, conflicted and untracked paths; a folder that is untracked as a whole ends in a slash. */
  readonly changed: readonly string[];
  /** Those of the changed that git has nothing of. */
  readonly untracked: readonly string[];
  /** Paths that git ignores, folders with a trailing slash. */
  readonly ignored: readonly string[];
}

/** How many fields stand before the path, by the first character of an entry. */
const FIELDS_BEFORE_PATH: Readonly<Record<string, number>> = { '1': 8, u: 10, '?': 1, '!': 1 };

export function parseStatus(output: string): WorkingTreeStatus {
  let commit: string | null = null;
  const changed: string[] = [];
  const untracked: string[] = [];
  const ignored: string[] = [];
  for (const entry of output.split('\0')) {
    if (entry.startsWith('# branch.oid ')) {
      const oid = entry.slice('# branch.oid '.length);
      commit = oid === '(initial)' ? null : oid;
    }
    const path = afterFields(entry, FIELDS_BEFORE_PATH[entry.charAt(0)] ?? 0);
    if (path === null) continue;
    if (entry.startsWith('!')) ignored.push(path);
    else changed.push(path);
    if (entry.startsWith('?')) untracked.push(path);
  }
  return { commit, changed, untracked, ignored };
}

function afterFields(entry: string, count: number): string | null {
  let start = 0;
  for (let field = 0; field < count; field += 1) start = entry.indexOf(' ', start) + 1;
  return start === 0 ? null : entry.slice(start);
}
