import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openRepository } from '../../../src/git/repository.ts';
import { workingTree } from '../../../src/git/working-tree.ts';
import { never, repoWith, scratchFolder, write } from './scratch-repo.ts';

const text = (bytes: Uint8Array | null): string | null => (bytes === null ? null : Buffer.from(bytes).toString('utf8'));

describe('the working tree', () => {
  it('lists names sorted, folders with a slash, the root under any of its names and never the git folder', async () => {
    const folder = repoWith({ 'b.yaml': '', 'a/x.yaml': '', 'Z.yaml': '', 'ä.yaml': '', '.gitignore': '' });
    const tree = workingTree(folder, new Set());

    const names = ['.gitignore', 'Z.yaml', 'a/', 'b.yaml', 'ä.yaml'];
    expect(await tree.list('')).toEqual(names);
    expect(await tree.list('.')).toEqual(names);
    expect(await tree.list('a')).toEqual(['x.yaml']);
    expect(await tree.list('a/')).toEqual(['x.yaml']);
  });

  it('has no listing of what is no folder', async () => {
    const folder = scratchFolder();
    write(folder, { file: '' });
    const tree = workingTree(folder, new Set());

    expect(await tree.list('file')).toBeNull();
    expect(await tree.list('missing')).toBeNull();
    expect(await tree.list('file/below')).toBeNull();
  });

  it('reads files, and nothing where there is none', async () => {
    const folder = scratchFolder();
    write(folder, { 'a/file': 'ünïcode' });
    const tree = workingTree(folder, new Set());

    expect(text(await tree.read('a/file'))).toBe('ünïcode');
    expect(await tree.read('a')).toBeNull();
    expect(await tree.read('missing')).toBeNull();
    expect(await tree.read('a/file/below')).toBeNull();
    expect(await tree.read('x'.repeat(300))).toBeNull();
  });

  it('follows symbolic links, and lists broken ones as files without content', async () => {
    const folder = scratchFolder();
    write(folder, { 'a/file': 'x' });
    symlinkSync('a', join(folder, 'link'));
    symlinkSync('nowhere', join(folder, 'broken'));
    const tree = workingTree(folder, new Set());

    expect(await tree.list('')).toEqual(['a/', 'broken', 'link/']);
    expect(text(await tree.read('link/file'))).toBe('x');
    expect(await tree.read('broken')).toBeNull();
  });

  it('throws for what is there and cannot be read, and never waits for a pipe', async () => {
    const folder = scratchFolder();
    symlinkSync('circle', join(folder, 'circle'));
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    const tree = workingTree(folder, new Set());

    await expect(tree.read('circle')).rejects.toMatchObject({ code: 'file_unreadable' });
    await expect(tree.list('circle')).rejects.toMatchObject({ code: 'file_unreadable' });
    await expect(tree.read('pipe')).rejects.toMatchObject({ code: 'file_unreadable' });
  });

  it('says of each file whether git holds its content', async () => {
    const folder = repoWith({ 'clean.yaml': 'a', 'edited.yaml': 'a', '.gitignore': '.env\nsecrets/\n' });
    write(folder, { 'edited.yaml': 'b', 'new/a.yaml': 'a', '.env': 'A=1', 'secrets/token': 't' });
    mkdirSync(join(folder, 'empty'));
    const tree = workingTree(folder, (await openRepository(folder, never)).dirtyFiles);

    expect(tree.isCommitted('clean.yaml')).toBe(true);
    expect(tree.isCommitted('./clean.yaml')).toBe(true);
    expect(tree.isCommitted('new/../clean.yaml')).toBe(true);
    for (const file of [
      'edited.yaml',
      'new/a.yaml',
      '.env',
      'secrets/token',
      '../outside',
      '/etc/hosts',
      '.git/config',
    ]) {
      expect([file, tree.isCommitted(file)]).toEqual([file, false]);
    }
  });
});
