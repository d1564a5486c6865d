import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeHiddenFolder } from '../../../src/cli/hidden-folder.ts';
import { emptyRepo, git, never, write } from '../git/scratch-repo.ts';

const FOLDER = 'environments/z/.secrets';
const HIDDEN = { folder: FOLDER, files: ['X', 'web.Y-2'] };

function untracked(root: string): string {
  write(root, { [`${FOLDER}/X`]: 'x', [`${FOLDER}/web.Y-2`]: 'y' });
  return git(root, 'status', '--porcelain', '--untracked-files=all');
}

function ignored(root: string): string {
  return readFileSync(join(root, '.gitignore'), 'utf8');
}

describe('a folder for secrets', () => {
  it('is ignored by git, and for the user alone', async () => {
    const root = emptyRepo();

    expect(await makeHiddenFolder(root, HIDDEN, never)).toEqual([`${FOLDER}/`]);
    expect(statSync(join(root, FOLDER)).mode & 0o777).toBe(0o700);
    expect(untracked(root)).toBe('?? .gitignore');
  });

  it('takes no line where git ignores it anyway', async () => {
    const root = emptyRepo();
    write(root, { '.gitignore': '**/.secrets/\n' });

    expect(await makeHiddenFolder(root, HIDDEN, never)).toEqual([]);
    expect(ignored(root)).toBe('**/.secrets/\n');
    expect(untracked(root)).toBe('?? .gitignore');
  });

  it('gets a line behind one that lets it in', async () => {
    const root = emptyRepo();
    write(root, { '.gitignore': `${FOLDER}/\n!${FOLDER}/` });

    expect(await makeHiddenFolder(root, HIDDEN, never)).toEqual([`${FOLDER}/`]);
    expect(ignored(root)).toBe(`${FOLDER}/\n!${FOLDER}/\n${FOLDER}/\n`);
    expect(untracked(root)).toBe('?? .gitignore');
  });

  it('is not made where a rule further in lets it in', async () => {
    const root = emptyRepo();
    write(root, { 'environments/z/.gitignore': 'x\n!.secrets/\n' });

    await expect(makeHiddenFolder(root, HIDDEN, never)).rejects.toMatchObject({
      code: 'secret_exposed',
      message: `git would take ${FOLDER}/X along: a rule further in stands against .gitignore`,
    });
    expect(existsSync(join(root, FOLDER))).toBe(false);
  });

  it('is not made where git holds one of the files already', async () => {
    const root = emptyRepo();
    write(root, { [`${FOLDER}/X`]: 'old' });
    git(root, 'add', '--all');

    await expect(makeHiddenFolder(root, HIDDEN, never)).rejects.toMatchObject({
      code: 'secret_exposed',
      message: `git holds ${FOLDER}/X already`,
    });
    expect(existsSync(join(root, '.gitignore'))).toBe(false);
  });

  it.each([FOLDER, 'environments/z', 'environments'])('is not made behind a link at %s', async (place) => {
    const [root, elsewhere] = [emptyRepo(), emptyRepo()];
    mkdirSync(join(root, place, '..'), { recursive: true });
    symlinkSync(elsewhere, join(root, place));

    await expect(makeHiddenFolder(root, HIDDEN, never)).rejects.toMatchObject({
      code: 'secret_exposed',
      message: `${place} is a link, and secrets would be written there`,
    });
  });

  it('is not made where a file is', async () => {
    const root = emptyRepo();
    write(root, { [FOLDER]: 'no folder' });

    await expect(makeHiddenFolder(root, HIDDEN, never)).rejects.toMatchObject({ code: 'secret_exposed' });
  });
});
