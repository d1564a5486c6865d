import { execFileSync } from 'node:child_process';
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeOutputFile } from '../../../src/files/output-file.ts';

describe('writeOutputFile', () => {
  let folder = '';

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'trueup-output-'));
  });

  afterEach(() => rm(folder, { recursive: true }));

  it('makes a file, and replaces one', async () => {
    const path = join(folder, 'out.json');

    await writeOutputFile(path, 'one');
    await writeOutputFile(path, 'two');

    expect(await readFile(path, 'utf8')).toBe('two');
  });

  it('leaves a FIFO and a folder as they are, behind a link as well', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    await mkdir(join(folder, 'sub'));
    await symlink('pipe', join(folder, 'link'));

    await expect(writeOutputFile(join(folder, 'pipe'), 'x')).rejects.toThrow('it is no regular file');
    await expect(writeOutputFile(join(folder, 'link'), 'x')).rejects.toThrow('it is no regular file');
    await expect(writeOutputFile(join(folder, 'sub'), 'x')).rejects.toThrow('it is a folder');

    expect((await lstat(join(folder, 'pipe'))).isFIFO()).toBe(true);
    expect((await readdir(folder)).sort()).toEqual(['link', 'pipe', 'sub']);
  });

  it('writes to what a link leads to, there or not there yet', async () => {
    await writeFile(join(folder, 'old'), 'old');
    await symlink('old', join(folder, 'link'));
    await symlink('young', join(folder, 'ahead'));

    await writeOutputFile(join(folder, 'link'), 'new');
    await writeOutputFile(join(folder, 'ahead'), 'first');

    expect([
      (await lstat(join(folder, 'link'))).isSymbolicLink(),
      (await lstat(join(folder, 'ahead'))).isSymbolicLink(),
    ]).toEqual([true, true]);
    expect([await readFile(join(folder, 'old'), 'utf8'), await readFile(join(folder, 'young'), 'utf8')]).toEqual([
      'new',
      'first',
    ]);
  });
});
