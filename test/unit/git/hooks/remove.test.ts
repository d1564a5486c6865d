import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { installHooks } from '../../../../src/git/hooks/install.ts';
import { hookPlaces } from '../../../../src/git/hooks/places.ts';
import { removeHooks } from '../../../../src/git/hooks/remove.ts';
import { git, never, repoWith } from '../scratch-repo.ts';

const LAUNCHER = { runtime: process.execPath, command: process.execPath, planOnly: false };

it('every folder that was made for hooks is gone with them, and none that others use', async () => {
  const root = repoWith({ 'tools/build.sh': '1' });
  git(root, 'config', 'core.hooksPath', 'tools/git/hooks');
  const places = await hookPlaces(root, never);
  const options = { shared: false, signal: never };

  await installHooks(places, LAUNCHER, options);
  await installHooks(places, LAUNCHER, options);
  await removeHooks(places);
  expect([existsSync(join(root, 'tools/git')), existsSync(join(root, 'tools/build.sh'))]).toEqual([false, true]);

  await installHooks(places, LAUNCHER, options);
  writeFileSync(join(root, 'tools/git/theirs'), '');
  await removeHooks(places);
  expect([existsSync(join(root, 'tools/git/hooks')), existsSync(join(root, 'tools/git/theirs'))]).toEqual([
    false,
    true,
  ]);
});
