/** Whether git is writing the working tree: half of a checkout is nobody's wish. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Git may write for long; a lock file that it left behind keeps nobody waiting longer. */
export const GIT_MS = 10_000;

/** What is there while it writes, and how long ago that may have changed at most: a rebase may also wait for a person. */
const SIGNS: ReadonlyMap<string, number> = new Map([
  ['index.lock', GIT_MS],
  ['rebase-merge', 1_000],
  ['rebase-apply', 1_000],
]);

export async function isGitAtWork(gitDir: string): Promise<boolean> {
  const found = [...SIGNS].map(async ([name, freshMs]) => {
    const sign = await stat(join(gitDir, name)).catch(() => null);
    return sign !== null && Date.now() - sign.mtimeMs < freshMs;
  });
  return (await Promise.all(found)).includes(true);
}
