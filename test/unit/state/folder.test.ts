import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { assertWritable, assertWritableLately, recordedPath, stateFolder } from '../../../src/state/folder.ts';
import { CAN_MOUNT, containing, makeReadOnly, matching, scratchFolder, smallDisk } from './scratch.ts';

describe('the state folder', () => {
  it('is `.trueup` at the root unless it is called otherwise', () => {
    expect(stateFolder('/repo').path).toBe('/repo/.trueup');
    expect(stateFolder('/repo', 'state/of it').path).toBe('/repo/state/of it');
    expect(recordedPath(stateFolder('/repo'), 'local')).toBe('/repo/.trueup/environments/local.json');
  });

  it('keeps every environment inside, whatever it is called', () => {
    for (const name of ['../../etc/passwd', '..', 'a/b', 'žluťoučký', 'a b']) {
      expect(recordedPath(stateFolder('/repo'), name)).toMatch(/^\/repo\/\.trueup\/environments\/[^/]+\.json$/);
    }
  });

  it('is made for its user alone and ignores itself in git', async () => {
    const root = scratchFolder();
    execFileSync('git', ['init', '--quiet'], { cwd: root });

    await assertWritable(stateFolder(root));

    expect(statSync(join(root, '.trueup')).mode & 0o777).toBe(0o700);
    expect(readFileSync(join(root, '.trueup', '.gitignore'), 'utf8')).toBe('*\n');
    expect(execFileSync('git', ['status', '--porcelain'], { cwd: root, encoding: 'utf8' })).toBe('');
  });

  it('is left as it is by another proof', async () => {
    const folder = stateFolder(scratchFolder());
    await assertWritable(folder);
    writeFileSync(join(folder.path, '.gitignore'), '# mine\n*\n');

    await Promise.all(Array.from({ length: 10 }, () => assertWritable(folder)));

    expect(readFileSync(join(folder.path, '.gitignore'), 'utf8')).toBe('# mine\n*\n');
    expect(readdirSync(folder.path).sort()).toEqual(['.gitignore', 'environments']);
    expect(readdirSync(folder.environments)).toEqual([]);
  });

  it('is made again for a run of many where it went since the last proof', async () => {
    const folder = stateFolder(scratchFolder());
    await assertWritableLately(folder);
    rmSync(folder.path, { recursive: true });

    await assertWritableLately(folder);

    expect(readdirSync(folder.path).sort()).toEqual(['.gitignore', 'environments']);
  });

  it('is refused to a run of many, too, where a file has come in its place since the last proof', async () => {
    const folder = stateFolder(scratchFolder());
    await assertWritableLately(folder);
    rmSync(folder.environments, { recursive: true });
    writeFileSync(folder.environments, '');

    await expect(assertWritableLately(folder)).rejects.toMatchObject({ code: 'state_unwritable' });
  });

  it('is refused where a file or a broken link stands in its place', async () => {
    const [root, other, third] = [scratchFolder(), scratchFolder(), scratchFolder()];
    writeFileSync(join(root, '.trueup'), '');
    symlinkSync('/nonexistent/place', join(other, '.trueup'));
    mkdirSync(join(third, '.trueup'));
    writeFileSync(join(third, '.trueup', 'environments'), '');

    for (const place of [root, other, third]) {
      await expect(assertWritable(stateFolder(place))).rejects.toMatchObject({
        code: 'state_unwritable',
        fields: {
          path: join(place, '.trueup', 'environments'),
          errno: matching(/^(EEXIST|ENOTDIR|ENOENT)$/),
        },
      });
    }
  });

  it.skipIf(process.getuid?.() === 0)('is refused without the right to write (needs not to be root)', async () => {
    const root = scratchFolder();
    mkdirSync(join(root, '.trueup'), { mode: 0o500 });

    await expect(assertWritable(stateFolder(root))).rejects.toMatchObject({
      code: 'state_unwritable',
      fields: { errno: 'EACCES' },
    });
  });

  describe.skipIf(!CAN_MOUNT)('on a disk of its own (needs to mount)', () => {
    it('is refused on a read-only one, made before or not', async () => {
      const [disk, used] = [smallDisk('1m'), smallDisk('1m')];
      await assertWritable(stateFolder(used));
      makeReadOnly(disk);
      makeReadOnly(used);

      for (const place of [disk, used]) {
        await expect(assertWritable(stateFolder(place))).rejects.toMatchObject({
          code: 'state_unwritable',
          fields: { errno: 'EROFS' },
          next: containing('read-only'),
        });
      }
    });

    it('is refused on a full one, and on one with a few bytes left', async () => {
      const [full, almost] = [smallDisk('1m'), smallDisk('1m')];
      await assertWritable(stateFolder(almost));
      fill(full);
      writeFileSync(join(almost, 'ballast'), Buffer.alloc(1024 * 1024 - 32 * 1024));

      for (const place of [full, almost]) {
        await expect(assertWritable(stateFolder(place))).rejects.toMatchObject({
          code: 'state_unwritable',
          fields: { errno: 'ENOSPC', path: containing(join(place, '.trueup')) },
          next: containing('space'),
        });
      }
      expect(readdirSync(stateFolder(almost).environments)).toEqual([]);
    });
  });
});

function fill(disk: string): void {
  expect(() => writeFileSync(join(disk, 'ballast'), Buffer.alloc(2 * 1024 * 1024))).toThrow('ENOSPC');
}
