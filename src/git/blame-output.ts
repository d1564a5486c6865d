/** Reads `git blame --porcelain`: which commit wrote each line, and what is known of that commit. Pure. */

export interface BlamedCommit {
  /** Full hash; only zeros for what is not committed. */
  readonly commit: string;
  readonly author: string;
  /** Seconds since the epoch. */
  readonly authorTime: number;
  readonly committerTime: number;
  readonly summary: string;
  /** What is behind it was not looked at: it is the first commit, or the first that a shallow clone has. */
  readonly isBoundary: boolean;
}

interface Draft {
  commit: string;
  author: string;
  authorTime: number;
  committerTime: number;
  summary: string;
  isBoundary: boolean;
}

const HEADER = /^([0-9a-f]{40,64}) \d+ (\d+)(?: \d+)?$/;

/** By line of the file as it is now. Every commit is told once, before its first line; the text of a line begins with a tab. */
export function parseBlame(output: string): ReadonlyMap<number, BlamedCommit> {
  const commits = new Map<string, Draft>();
  const lines = new Map<number, BlamedCommit>();
  let current: Draft | null = null;
  // The text of a line may hold any character but a line feed.
  for (const line of output.split('\n')) {
    if (line.startsWith('\t')) {
      current = null;
      continue;
    }
    if (current === null) {
      const [, hash, number] = HEADER.exec(line) ?? [];
      if (hash === undefined) continue;
      current = commits.get(hash) ?? newDraft(hash);
      commits.set(hash, current);
      lines.set(Number(number), current);
      continue;
    }
    take(current, line);
  }
  return lines;
}

function newDraft(commit: string): Draft {
  return { commit, author: '', authorTime: 0, committerTime: 0, summary: '', isBoundary: false };
}

function take(draft: Draft, line: string): void {
  const space = line.indexOf(' ');
  const [key, value] = space === -1 ? [line, ''] : [line.slice(0, space), line.slice(space + 1)];
  if (key === 'author') draft.author = value;
  else if (key === 'author-time') draft.authorTime = Number(value);
  else if (key === 'committer-time') draft.committerTime = Number(value);
  else if (key === 'summary') draft.summary = value;
  else if (key === 'boundary') draft.isBoundary = true;
}
