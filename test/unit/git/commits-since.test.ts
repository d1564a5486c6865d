import { describe, expect, it } from 'vitest';
import { commitsSince } from '../../../src/git/commits-since.ts';
import { emptyRepo, git, gitWith, never, repoWith, scratchFolder, write } from './scratch-repo.ts';

const MOMENT = '2026-01-02T00:00:00Z';

function commitAt(root: string, date: string, file = 'a.yaml'): string {
  write(root, { [file]: `${date} ${git(root, 'rev-list', '--count', 'HEAD')}\n` });
  git(root, 'add', '--all');
  const dates = { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
  gitWith(dates, root, 'commit', '--quiet', '--message', 'next');
  return git(root, 'rev-parse', 'HEAD');
}

describe('the commits since one', () => {
  it('come the newest first, whatever dates they bear', async () => {
    const root = repoWith({ 'a.yaml': '' });
    const [first, second, third, fourth] = [MOMENT, MOMENT, MOMENT, '2001-01-01T00:00:00Z'].map((date) =>
      commitAt(root, date),
    );

    expect(await commitsSince(root, first ?? '', never)).toEqual([fourth, third, second]);
    expect(await commitsSince(root, fourth ?? '', never)).toEqual([]);
  });

  it('are those of a merged branch too, and none from before where it was merged into', async () => {
    const root = repoWith({ 'a.yaml': '' });
    git(root, 'checkout', '--quiet', '-b', 'side');
    const side = commitAt(root, MOMENT, 'b.yaml');
    git(root, 'checkout', '--quiet', 'main');
    const recorded = commitAt(root, '2040-01-01T00:00:00Z');
    git(root, 'merge', '--quiet', '--no-ff', '--message', 'joined', 'side');

    expect(await commitsSince(root, recorded, never)).toEqual([git(root, 'rev-parse', 'HEAD'), side]);
  });

  it('are those after where a rebase left the recorded one behind', async () => {
    const root = repoWith({ 'a.yaml': '' });
    const left = commitAt(root, MOMENT);
    git(root, 'reset', '--quiet', '--hard', 'HEAD~1');
    const now = commitAt(root, '2001-01-01T00:00:00Z');

    expect(await commitsSince(root, left, never)).toEqual([now]);
  });

  it('are none where nobody knows since when, and nothing but an abort is thrown', async () => {
    const root = repoWith({ 'a.yaml': '' });
    const recorded = git(root, 'rev-parse', 'HEAD');
    commitAt(root, MOMENT);

    for (const unknown of [null, '0'.repeat(40), '', '--all', 'no such\ncommit']) {
      expect(await commitsSince(root, unknown, never)).toEqual([]);
    }
    expect(await commitsSince(emptyRepo(), recorded, never)).toEqual([]);
    expect(await commitsSince(scratchFolder(), recorded, never)).toEqual([]);
    await expect(commitsSince(root, recorded, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  });
});
