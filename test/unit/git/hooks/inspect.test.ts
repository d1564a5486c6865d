import { chmodSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { inspectHooks } from '../../../../src/git/hooks/inspect.ts';
import { installHooks } from '../../../../src/git/hooks/install.ts';
import { hookPlaces } from '../../../../src/git/hooks/places.ts';
import { renderGitHooks } from '../../../../src/report/git-hooks.ts';
import { never, repoWith, write } from '../scratch-repo.ts';

const PYTHON = '#!/usr/bin/env python3\nprint(1)\n';

it('a hook that was there before is named by the path that it is run by, and as switched off where it is', async () => {
  const root = repoWith({ a: '1' });
  write(root, { '.git/hooks/post-merge': PYTHON, '.git/hooks/post-commit': PYTHON });
  chmodSync(join(root, '.git/hooks/post-merge'), 0o755);
  chmodSync(join(root, '.git/hooks/post-commit'), 0o644);
  const places = await hookPlaces(root, never);
  const launcher = { runtime: process.execPath, command: process.execPath, planOnly: false };
  await installHooks(places, launcher, { shared: false, signal: never });

  const inspected = await inspectHooks(places);

  const runs = join(places.folder, 'trueup-kept', 'post-merge');
  const off = join(places.folder, 'trueup-kept', 'post-commit');
  const kept = Object.fromEntries(inspected.hooks.map(({ hook, kept: path, runsKept }) => [hook, [path, runsKept]]));
  expect(kept).toMatchObject({
    'post-merge': [runs, true],
    'post-commit': [off, false],
    'post-rewrite': [null, false],
  });
  expect(statSync(runs).mode & 0o111).not.toBe(0);
  const nothing = {
    mode: null,
    installed_folder: null,
    runtime: null,
    command: null,
    log: 'l',
    trouble: null,
    last: null,
  };
  const text = renderGitHooks({ ...inspected, ...nothing }, { color: false, width: Number.POSITIVE_INFINITY });
  expect(text).toContain(`${off} (switched off)`);
  expect(text).not.toContain(`${runs} (switched off)`);
});
