import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lastChange } from '../../../src/git/last-change.ts';
import { git, never, repoWith, scratchFolder, write } from './scratch-repo.ts';

describe('who changed a file last', () => {
  it('is the newest commit of the file, whatever others have changed since', async () => {
    const root = repoWith({ 'app.conf': 'one\n', other: 'x' });
    const first = git(root, 'rev-parse', 'HEAD');
    write(root, { other: 'y' });
    git(root, 'commit', '--quiet', '--all', '--message', 'another file');

    expect(await lastChange(join(root, 'app.conf'), never)).toMatchObject({
      kind: 'commit',
      commit: first,
      author: 'Test',
    });
  });

  it('is nobody yet where it was edited since, and nobody at all where git does not know it', async () => {
    const root = repoWith({ 'app.conf': 'one\n', '.gitignore': 'ignored\n' });
    write(root, { 'app.conf': 'two\n', ignored: 'x', 'new*': 'x' });

    const kinds = await Promise.all(
      ['app.conf', 'ignored', 'new*'].map(async (file) => (await lastChange(join(root, file), never)).kind),
    );

    expect(kinds).toEqual(['not_committed', 'not_tracked', 'not_tracked']);
  });

  it('cannot be said outside of any repo, or of what is not there', async () => {
    const folder = scratchFolder();
    write(folder, { 'app.conf': 'x' });

    expect(await lastChange(join(folder, 'app.conf'), never)).toEqual({ kind: 'not_tracked' });
    expect(await lastChange(join(folder, 'gone'), never)).toMatchObject({ kind: 'unknown' });
  });
});
