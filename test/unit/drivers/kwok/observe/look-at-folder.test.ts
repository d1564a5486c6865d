import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lookAtFolders } from '../../../../../src/drivers/kwok/observe/look-at-folder.ts';

let root = '';

/** Two clusters, of which nobody can read whose the second is. */
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'trueup-kwok-'));
  await mkdir(join(root, 'clusters/ours'), { recursive: true });
  await writeFile(join(root, 'clusters/ours/kwok.yaml'), 'nothing yet');
  await mkdir(join(root, 'clusters/theirs/trueup.json'), { recursive: true });
});

afterEach(() => rm(root, { recursive: true, force: true }));

test('a cluster that cannot be read does not hide the others', async () => {
  const looked = await lookAtFolders({ name: 'kwok', root }, () => false);

  expect(looked.map(({ name }) => name)).toEqual(['ours']);
});

test('a cluster that is wanted and cannot be read is not none', async () => {
  const looking = lookAtFolders({ name: 'kwok', root }, (name) => name === 'theirs');

  await expect(looking).rejects.toMatchObject({ code: 'engine_unreachable' });
});
