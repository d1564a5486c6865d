import { existsSync } from 'node:fs';
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

    expect(await lastChange(root, join(root, 'app.conf'), never)).toMatchObject({
      kind: 'commit',
      commit: first,
      author: 'Test',
    });
  });

  it('is nobody yet where it was edited since, and nobody at all where git does not know it', async () => {
    const root = repoWith({ 'app.conf': 'one\n', '.gitignore': 'ignored\n' });
    write(root, { 'app.conf': 'two\n', ignored: 'x', 'new*': 'x' });

    const kinds = await Promise.all(
      ['app.conf', 'ignored', 'new*'].map(async (file) => (await lastChange(root, join(root, file), never)).kind),
    );

    expect(kinds).toEqual(['not_committed', 'not_tracked', 'not_tracked']);
  });

  it('cannot be said outside of any repo, or of what is not there', async () => {
    const folder = scratchFolder();
    write(folder, { 'app.conf': 'x' });

    expect(await lastChange(repoWith({ a: 'x' }), join(folder, 'app.conf'), never)).toEqual({ kind: 'not_tracked' });
    expect(await lastChange(folder, join(folder, 'gone'), never)).toMatchObject({ kind: 'unknown' });
  });

  it('starts no program that another repo names, be it nested, a submodule or around a file elsewhere', async () => {
    const root = repoWith({ 'app.conf': 'one\n' });
    const lib = repoWith({ 'lib.conf': 'x\n' });
    git(root, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', lib, 'lib');
    git(root, 'commit', '--quiet', '--message', 'a submodule');
    const elsewhere = repoWith({ 'far.conf': 'x\n' });
    write(root, { 'data/near.conf': 'x\n' });
    git(join(root, 'data'), 'init', '--quiet');
    const ran = join(scratchFolder(), 'ran');
    const folders = [join(root, 'data'), join(root, 'lib'), elsewhere];
    for (const folder of folders) git(folder, 'config', 'core.fsmonitor', `echo x >>'${ran}'; false`);

    const files = [join(root, 'data/near.conf'), join(root, 'lib/lib.conf'), join(elsewhere, 'far.conf')];
    const said = await Promise.all([...files, join(root, 'lib')].map((file) => lastChange(root, file, never)));

    expect(existsSync(ran)).toBe(false);
    const other = { kind: 'unknown', reason: 'it lies in another repository' };
    expect(said).toMatchObject([other, other, { kind: 'not_tracked' }, { kind: 'commit' }]);
  });
});
