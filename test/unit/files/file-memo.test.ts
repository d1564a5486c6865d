import { renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FileMemo } from '../../../src/files/file-memo.ts';
import { scratchFolder } from '../state/scratch.ts';

/** Files of a memo, with what it made anew, in order. `later` is how long ago they seem to have been written. */
function memoOf({ limit = 100, later = 60_000 }: { limit?: number; later?: number } = {}) {
  const folder = scratchFolder();
  const made: string[] = [];
  const make = (content: string): string => {
    made.push(content);
    return content.toUpperCase();
  };
  const memo = new FileMemo(make, limit, () => Date.now() + later);
  const at = (name: string): string => join(folder, name);
  return { memo, made, at };
}

describe('what was made of files', () => {
  it('is kept as long as the file is the one that was read', async () => {
    const { memo, made, at } = memoOf();
    writeFileSync(at('a'), 'one');

    expect(await memo.read(at('a'))).toBe('ONE');
    expect(await memo.read(at('a'))).toBe('ONE');

    expect(made).toEqual(['one']);
  });

  it('is made anew of another file of the same size and time under the same name', async () => {
    const { memo, at } = memoOf();
    writeFileSync(at('a'), 'one');
    await memo.read(at('a'));
    const { atime, mtime } = statSync(at('a'));
    writeFileSync(at('b'), 'two');
    utimesSync(at('b'), atime, mtime);
    renameSync(at('b'), at('a'));

    expect(await memo.read(at('a'))).toBe('TWO');
  });

  it('is read again as long as a second change could not be told from the first, and made anew of another content only', async () => {
    const { memo, made, at } = memoOf({ later: -60_000 });
    writeFileSync(at('a'), 'one');

    await memo.read(at('a'));
    await memo.read(at('a'));
    writeFileSync(at('a'), 'two');

    expect(await memo.read(at('a'))).toBe('TWO');
    expect(made).toEqual(['one', 'two']);
  });

  it('is read again for who is about to change the file, and made anew of another content only', async () => {
    const { memo, made, at } = memoOf();
    writeFileSync(at('a'), 'one');
    await memo.read(at('a'));

    expect(await memo.readAnew(at('a'))).toBe('ONE');
    writeFileSync(at('a'), 'two');
    expect(await memo.readAnew(at('a'))).toBe('TWO');
    await memo.read(at('a'));

    expect(made).toEqual(['one', 'two']);
  });

  it('is forgotten once the file is gone, and whoever asks is told so', async () => {
    const { memo, at } = memoOf();
    writeFileSync(at('a'), 'one');
    await memo.read(at('a'));
    rmSync(at('a'));

    await expect(memo.read(at('a'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('takes no more room than it is given: what was asked for longest ago goes first', async () => {
    const { memo, made, at } = memoOf({ limit: 8 });
    for (const name of ['a', 'b', 'c']) writeFileSync(at(name), `${name}234`);
    await memo.read(at('a'));
    await memo.read(at('b'));
    await memo.read(at('a'));
    await memo.read(at('c'));
    made.length = 0;

    await memo.read(at('a'));
    await memo.read(at('c'));
    await memo.read(at('b'));

    expect(made).toEqual(['b234']);
  });
});
