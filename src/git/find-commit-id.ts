/** The commits whose hash begins with some digits. */
import { inCache } from './clone-cache.ts';

/** At most a few are named. Tags and files whose hash begins so do not count. */
export async function findCommitId(folder: string, beginning: string, signal: AbortSignal): Promise<readonly string[]> {
  const listed = await inCache(folder, ['rev-parse', `--disambiguate=${beginning}`], signal);
  const ids = listed.stdout
    .toString('utf8')
    .split('\n')
    .filter((id) => id !== '');
  const commits: string[] = [];
  for (const id of ids.slice(0, 1000)) {
    const type = await inCache(folder, ['cat-file', '-t', id], signal);
    if (type.stdout.toString('utf8').trim() === 'commit') commits.push(id);
    if (commits.length === 5) break;
  }
  return commits;
}
