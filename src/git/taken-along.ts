/**
 * Which files git would take along with the next `git add`, or holds already. Git itself is asked: what it ignores is told by
 * rules in many files, the last of which counts.
 */
import { gitIn } from './git.ts';

export interface TakenAlong {
  /** As it was asked for: relative to the root. */
  readonly path: string;
  /** Whether git holds it already, so that no rule keeps it out. */
  readonly isTracked: boolean;
}

export async function takenAlong(
  root: string,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<readonly TakenAlong[]> {
  if (paths.length === 0) return [];
  const git = await gitIn(root, signal);
  const [held, told] = await Promise.all([
    git('ls-files', '-z', '--', ...paths.map((path) => `:(top,literal)${path}`)),
    git('check-ignore', '--verbose', '--non-matching', '--no-index', '--', ...paths),
  ]);
  const tracked = new Set(held.split('\0'));
  // One for each path, in their order: `file:line:rule`, a tab, and the path.
  const rules = told.split('\n').map((line) => /^.*?:\d*:(.*)\t/.exec(line)?.[1] ?? '');
  return paths.flatMap((path, index): TakenAlong[] => {
    const rule = rules[index] ?? '';
    const [isTracked, isIgnored] = [tracked.has(path), rule !== '' && !rule.startsWith('!')];
    return isIgnored && !isTracked ? [] : [{ path, isTracked }];
  });
}
