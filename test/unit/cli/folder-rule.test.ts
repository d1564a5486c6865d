import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadOperatorSettings, type OperatorSettings } from '../../../src/cli/operator-settings.ts';
import { emptyRepo, git, repoWith, scratchFolder, write } from '../git/scratch-repo.ts';

const FILES = { file: 'content' };

/** What the operator writes for folders: of each name the mode, or that signatures do not matter. */
async function settings(
  sources: Readonly<Record<string, 'commit' | null>>,
  home = scratchFolder(),
): Promise<OperatorSettings> {
  const rule = (mode: string | null): string =>
    mode === null ? 'null' : `{ mode: ${mode}, allowed_signers: allowed_signers }`;
  const lines = Object.entries(sources).map(([name, mode]) => `    "${name}": { verify: ${rule(mode)} }`);
  write(home, { '.config/trueup/trueup.yaml': `git:\n  sources:\n${lines.join('\n')}\n` });
  return loadOperatorSettings({ HOME: home });
}

async function isVerified(
  root: string,
  sources: Readonly<Record<string, 'commit' | null>>,
  home?: string,
): Promise<boolean> {
  return (await (await settings(sources, home)).verifyFolder(root)) !== null;
}

describe('a folder whose commits must be signed', () => {
  it('is meant by its name, with a slash behind it, below the home folder, and by the beginning of its name', async () => {
    const root = repoWith(FILES);
    const above = root.slice(0, root.lastIndexOf('/'));

    expect(await isVerified(root, { [root]: 'commit' })).toBe(true);
    expect(await isVerified(root, { [`${root}/`]: 'commit' })).toBe(true);
    expect(await isVerified(root, { [`${root}.git`]: 'commit' })).toBe(true);
    expect(await isVerified(root, { [`~/${root.slice(above.length + 1)}`]: 'commit' }, above)).toBe(true);
    expect(await isVerified(root, { [`${above}/*`]: 'commit' })).toBe(true);
    expect(await isVerified(root, { [`${root.slice(0, -1)}*`]: 'commit' })).toBe(true);
    expect(await isVerified(root, { [scratchFolder()]: 'commit', [`${scratchFolder()}/*`]: 'commit' })).toBe(false);
  });

  it('is meant by a name that leads there over a symbolic link', async () => {
    const root = repoWith(FILES);
    const scratch = scratchFolder();
    symlinkSync(root, join(scratch, 'shop'));
    const [above, own] = [root.slice(0, root.lastIndexOf('/')), root.slice(root.lastIndexOf('/') + 1)];
    symlinkSync(above, join(scratch, 'work'));

    expect(await isVerified(root, { [join(scratch, 'shop')]: 'commit' })).toBe(true);
    expect(await isVerified(root, { [join(scratch, 'work', own)]: 'commit' })).toBe(true);
    expect(await isVerified(root, { [`${scratch}/work/*`]: 'commit' })).toBe(true);
    expect(await isVerified(root, { [`${scratch}/work/${own.slice(0, 5)}*`]: 'commit' })).toBe(true);
    expect(await isVerified(root, { [`${scratch}/*`]: 'commit' })).toBe(true);
    expect(await isVerified(root, { [`${scratch}/other*`]: 'commit' })).toBe(false);
  });

  it('is meant in all its worktrees, wherever they lie, and however git keeps them', async () => {
    const root = repoWith(FILES);
    const linked = join(scratchFolder(), 'linked');
    git(root, 'worktree', 'add', '--quiet', linked);
    const bare = join(scratchFolder(), 'bare.git');
    git(root, 'clone', '--quiet', '--bare', root, bare);
    const ofBare = join(scratchFolder(), 'of-bare');
    git(bare, 'worktree', 'add', '--quiet', ofBare);

    expect(await isVerified(linked, { [root]: 'commit' })).toBe(true);
    expect(await isVerified(linked, { [`${root.slice(0, -1)}*`]: 'commit' })).toBe(true);
    expect(await isVerified(root, { [linked]: 'commit' })).toBe(true);
    expect(await isVerified(ofBare, { [bare]: 'commit' })).toBe(true);
    expect(await isVerified(linked, { [ofBare]: 'commit' })).toBe(false);
  });

  it('is meant by a folder in it, and not by another repo around or in it', async () => {
    const root = repoWith({ 'deep/file': 'content' });
    const inside = join(root, 'other');
    mkdirSync(inside);
    git(inside, 'init', '--quiet');

    expect(await isVerified(root, { [join(root, 'deep')]: 'commit' })).toBe(true);
    expect(await isVerified(root, { [inside]: 'commit' })).toBe(false);
    expect(await isVerified(inside, { [root]: 'commit' })).toBe(false);
  });

  it('is ruled by the longest name of those that mean it', async () => {
    const root = repoWith(FILES);
    const above = root.slice(0, root.lastIndexOf('/'));
    const linked = join(scratchFolder(), 'linked');
    git(root, 'worktree', 'add', '--quiet', linked);

    expect(await isVerified(root, { [`${above}/*`]: 'commit', [root]: null })).toBe(false);
    expect(await isVerified(linked, { [`${above}/*`]: null, [root]: 'commit' })).toBe(true);
  });

  it('is told of where it is not there: what is written otherwise than it is called holds for nothing', async () => {
    const root = emptyRepo();
    const scratch = scratchFolder();
    const none = join(scratch, 'none');

    const found = await settings({
      [root]: 'commit',
      [`${scratch}/*`]: 'commit',
      [none]: 'commit',
      [`${none}/*`]: 'commit',
      [`${none}-2`]: null,
      'https://example.com/none': 'commit',
    });

    expect(await found.missingFolders()).toEqual([none, `${none}/*`]);
  });
});
