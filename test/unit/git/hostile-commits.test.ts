import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { fetchRef } from '../../../src/git/fetch-ref.ts';
import { placeCommit } from '../../../src/git/managed-clone.ts';
import { outwardLinks } from '../../../src/git/outward-links.ts';
import { TrueupError } from '../../../src/model/failure.ts';
import { HOSTILE_COMMITS } from '../../hostile/commits.ts';
import { handMadeRepo } from './hand-made.ts';
import { accessTo, script } from './remote-repo.ts';
import { git, never, repoWith, scratchFolder } from './scratch-repo.ts';

/** A folder outside of every clone that somebody would miss. */
function victim(): string {
  const folder = scratchFolder();
  mkdirSync(join(folder, 'emptydir'));
  writeFileSync(join(folder, 'important'), 'precious');
  return folder;
}

describe('a commit that git would not have written', () => {
  it.each(HOSTILE_COMMITS.filter(({ comesIn }) => comesIn !== true))('does not come in: $name', async ({ tree }) => {
    const { folder } = handMadeRepo(tree);
    const cache = join(scratchFolder(), 'cache');

    await expect(fetchRef(accessTo(`file://${folder}`), cache, { kind: 'default' }, never)).rejects.toMatchObject({
      code: 'commit_refused',
      fields: { reason: 'bad_object' },
    });
    expect(
      readdirSync(join(cache, 'objects'), { recursive: true, encoding: 'utf8' }).filter((name) =>
        /tmp_|\.pack$/.test(name),
      ),
    ).toEqual([]);
  });

  it.each(HOSTILE_COMMITS)('is refused also where it came in: $name', async ({ tree }) => {
    const { folder, commit } = handMadeRepo(tree, victim());

    const found = await outwardLinks(folder, commit, never).catch((error: unknown) => error);

    if (Array.isArray(found)) expect(found).not.toEqual([]);
    else expect(found).toMatchObject({ code: 'commit_refused', fields: { commit } });
  });

  it.each(HOSTILE_COMMITS)(
    'harms nothing outside of its clone where nobody looks at it first: $name',
    async ({ tree }) => {
      const outside = victim();
      const { folder, commit } = handMadeRepo(tree, outside);
      const clone = join(scratchFolder(), 'clone');

      const error: unknown = await placeCommit(clone, folder, commit, never).catch((thrown: unknown) => thrown);

      expect(error === undefined || error instanceof TrueupError).toBe(true);
      expect(readdirSync(outside).sort()).toEqual(['emptydir', 'important']);
      expect(readdirSync(dirname(clone))).toEqual(['clone']);
      expect(existsSync(join(clone, '.git', 'trueup-ready'))).toBe(true);
    },
  );
});

describe('what honest histories have', () => {
  it('comes in, however old the programs that wrote it', async () => {
    const { folder } = handMadeRepo([['040000', 'a', [['100664', 'b', 'x']]]]);
    const cache = join(scratchFolder(), 'cache');

    await expect(fetchRef(accessTo(`file://${folder}`), cache, { kind: 'default' }, never)).resolves.toMatchObject({
      ref: { kind: 'default' },
    });
  });

  it('has links that are looked through by few processes, however many', async () => {
    const links = Array.from({ length: 300 }, (_, index) => ['120000', `l${1000 + index}`, `../a${index}`] as const);
    const { folder, commit } = handMadeRepo([
      ['40000', 'l', links],
      ['120000', 'm', 'l'],
    ]);
    const bin = scratchFolder();
    const path = process.env['PATH'] ?? '';
    script(join(bin, 'git'), `echo run >>'${bin}/runs'\nPATH='${path}' exec git "$@"`);
    vi.stubEnv('PATH', `${bin}:${path}`);

    const outward = await outwardLinks(folder, commit, never);

    vi.unstubAllEnvs();
    expect(outward).toEqual([]);
    expect(readFileSync(join(bin, 'runs'), 'utf8').split('\n').length).toBeLessThan(5);
  });

  it('is not looked through where it has more links than anybody has', async () => {
    const links = Array.from(
      { length: 10_001 },
      (_, index) => ['120000', `l${String(index).padStart(6, '0')}`, 'a'] as const,
    );
    const { folder, commit } = handMadeRepo([['40000', 'l', links]]);

    await expect(outwardLinks(folder, commit, never)).rejects.toMatchObject({
      code: 'commit_refused',
      fields: { reason: 'too_much' },
    });
  });
});

describe('what is held', () => {
  it('is in place again where git does not place what follows, and its objects stay', async () => {
    const work = repoWith({ a: 'held' });
    const held = git(work, 'rev-parse', 'HEAD');
    const clone = join(scratchFolder(), 'clone');
    await placeCommit(clone, join(work, '.git'), held, never);
    const { folder, commit } = handMadeRepo([['40000', '..', [['100644', 'escaped', 'x']]]]);

    await expect(placeCommit(clone, folder, commit, never)).rejects.toMatchObject({
      code: 'commit_refused',
      fields: { reason: 'not_placed', commit },
    });

    expect(git(clone, 'rev-parse', 'HEAD')).toBe(held);
    expect(git(clone, 'status', '--porcelain')).toBe('');
    expect(git(clone, 'cat-file', '-t', held)).toBe('commit');
  });

  it('is in place again where what follows is not whole', async () => {
    const work = repoWith({ a: 'held' });
    const held = git(work, 'rev-parse', 'HEAD');
    const clone = join(scratchFolder(), 'clone');
    await placeCommit(clone, join(work, '.git'), held, never);

    await expect(placeCommit(clone, join(work, '.git'), '1'.repeat(40), never)).rejects.toMatchObject({
      code: 'git_failed',
    });

    expect(git(clone, 'rev-parse', 'HEAD')).toBe(held);
    expect(git(clone, 'status', '--porcelain')).toBe('');
    expect(readdirSync(dirname(clone))).toEqual(['clone']);
  });
});
