/** Folders, of which the file system tells at its own discretion: what is there now is compared with what a load found. */
import { mkdirSync, renameSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Aspect } from '../../../../src/manifest/asked-files.ts';
import { foundNow, isOther } from '../../../../src/serve/watch/found-now.ts';
import { scratchFolder, write } from '../../git/scratch-repo.ts';

const FOLDER: ReadonlySet<Aspect> = new Set(['names', 'place']);

it('a folder is the same whatever its times are, and whatever lies in it that no load reads', async () => {
  const folder = join(scratchFolder(), 'local');
  write(folder, { 'a.yaml': '{}\n' });
  const before = await foundNow(folder, FOLDER);

  utimesSync(folder, new Date(), new Date(0));
  write(folder, { '.a.yaml.swp': '', 'a.yaml.tmp': '', 'index.html': '' });

  expect(isOther(before, await foundNow(folder, FOLDER))).toBe(false);
});

it('a folder is another one with another manifest or folder in it, where it is made anew, and where it is gone', async () => {
  const folder = join(scratchFolder(), 'local');
  write(folder, { 'a.yaml': '{}\n' });
  const before = await foundNow(folder, FOLDER);

  write(folder, { 'b.yaml': '{}\n' });
  const more = await foundNow(folder, FOLDER);
  renameSync(folder, `${folder}.before`);
  const gone = await foundNow(folder, FOLDER);
  mkdirSync(folder);
  write(folder, { 'a.yaml': '{}\n' });
  const anew = await foundNow(folder, FOLDER);

  expect([more, gone, anew].map((now) => isOther(before, now))).toEqual([true, true, true]);
});

it('what nobody has looked at has to be taken for another', async () => {
  expect(isOther({}, await foundNow(scratchFolder(), FOLDER))).toBe(true);
  expect(isOther({ content: 'sha256:1' }, {})).toBe(true);
});
