import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ensureOwner, ownersPath, readOwners } from '../../../src/state/owners.ts';
import { child, containing, matching, scratchFolder } from './scratch.ts';

function gitDirWith(text: string): string {
  const gitDir = scratchFolder();
  mkdirSync(dirname(ownersPath(gitDir)));
  writeFileSync(ownersPath(gitDir), text);
  return gitDir;
}

const ID = /^[0-9a-f]{32}$/;

describe('owner ids', () => {
  it('are none before the first apply, and reading makes nothing', async () => {
    const gitDir = scratchFolder();

    expect(await readOwners(gitDir)).toEqual([]);
    expect(readdirSync(gitDir)).toEqual([]);
  });

  it('are one random id that stays, in a file that git does not see', async () => {
    const repo = scratchFolder();
    execFileSync('git', ['init', '--quiet'], { cwd: repo });
    const gitDir = join(repo, '.git');

    const made = await ensureOwner(gitDir);

    expect(made).toEqual([matching(ID)]);
    expect(await ensureOwner(gitDir)).toEqual(made);
    expect(await readOwners(gitDir)).toEqual(made);
    expect(await ensureOwner(scratchFolder())).not.toEqual(made);
    expect(statSync(ownersPath(gitDir)).mode & 0o777).toBe(0o600);
    expect(execFileSync('git', ['status', '--porcelain'], { cwd: repo, encoding: 'utf8' })).toBe('');
  });

  it('are all ours, the first one first', async () => {
    const [first, second] = ['1'.repeat(32), '2'.repeat(32)];
    const gitDir = gitDirWith(JSON.stringify({ format_version: '1.0', owners: [first, second] }));

    expect(await ensureOwner(gitDir)).toEqual([first, second]);
  });

  it('are one id for all processes that make one at the same moment', async () => {
    const gitDir = scratchFolder();
    const children = Array.from({ length: 8 }, () => child('ensure-owner.ts', { gitDir }));
    await Promise.all(children.map((one) => one.next()));
    for (const one of children) one.tell('go');

    const seen = await Promise.all(children.map((one) => one.next()));

    expect(new Set(seen.map((ids) => JSON.stringify(ids)))).toEqual(
      new Set([JSON.stringify(await readOwners(gitDir))]),
    );
    expect(readdirSync(join(gitDir, 'trueup'))).toEqual(['owners.json']);
  });

  it('are an error, and never replaced, when their file is damaged', async () => {
    const id = 'a'.repeat(32);
    const texts = [
      '',
      '{',
      '{}',
      `{"format_version":"1.0","owners":[]}`,
      `{"format_version":"1.0","owners":["${id.slice(1)}"]}`,
    ];
    for (const text of texts) {
      const gitDir = gitDirWith(text);

      await expect(readOwners(gitDir)).rejects.toMatchObject({
        code: 'state_unreadable',
        next: containing('--adopt'),
      });
      await expect(ensureOwner(gitDir)).rejects.toMatchObject({ code: 'state_unreadable' });
      expect(readFileSync(ownersPath(gitDir), 'utf8')).toBe(text);
    }
    await expect(ensureOwner(gitDirWith('{"format_version":"2.0"}'))).rejects.toMatchObject({ code: 'state_too_new' });
  });

  it('are an error where they cannot be written', async () => {
    const gitDir = scratchFolder();
    writeFileSync(join(gitDir, 'trueup'), '');

    await expect(ensureOwner(gitDir)).rejects.toMatchObject({ fields: { path: ownersPath(gitDir), errno: 'ENOTDIR' } });
  });
});
