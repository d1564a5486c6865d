import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { markFor, markText } from '../../../../../src/drivers/kwok/marks.ts';
import {
  lookAtFolders,
  lookAtReadable,
  unreadableClusters,
} from '../../../../../src/drivers/kwok/observe/look-at-folder.ts';
import type { Scope } from '../../../../../src/drivers/scope.ts';

const SCOPE: Scope = { owners: ['ours'], project: 'shop', environment: 'local', names: { cluster: ['ours'] } };

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
  const looked = await lookAtFolders({ name: 'kwok', root }, SCOPE);

  expect(looked.map(({ name }) => name)).toEqual(['ours']);
});

test.each<[string, Partial<Scope>]>([
  ['is wanted', { names: { cluster: ['theirs'] } }],
  ['was made here', { recorded: { cluster: ['theirs'] } }],
  ['is asked for', { only: [{ type: 'cluster', name: 'theirs' }] }],
])('a cluster that %s and cannot be read is not none', async (_, meant) => {
  const looking = lookAtFolders({ name: 'kwok', root }, { ...SCOPE, ...meant });

  await expect(looking).rejects.toMatchObject({ code: 'engine_unreachable' });
});

test('what a person asks for is looked at though another cluster that was made here cannot be read', async () => {
  const scope = { ...SCOPE, only: [{ type: 'cluster' as const, name: 'ours' }], recorded: { cluster: ['theirs'] } };

  expect((await lookAtFolders({ name: 'kwok', root }, scope)).map(({ name }) => name)).toEqual(['ours']);
});

test('a cluster of ours of which something else cannot be read is not left out', async () => {
  const ownership = { owner: 'ours', project: 'shop', environment: 'local', checkout: '/repo', revision: 'abc' };
  const mark = markText(markFor('cluster.dev', {}, { ownership }));
  await writeFile(join(root, 'clusters/ours/trueup.json'), mark);
  await rm(join(root, 'clusters/ours/kwok.yaml'));
  await mkdir(join(root, 'clusters/ours/kwok.yaml'));

  const looking = lookAtFolders({ name: 'kwok', root }, { ...SCOPE, names: {} });

  await expect(looking).rejects.toMatchObject({ code: 'engine_unreachable' });
});

test('who listens does without what cannot be read', async () => {
  const scope = { ...SCOPE, names: { cluster: ['ours', 'theirs'] } };

  expect((await lookAtReadable({ name: 'kwok', root }, scope)).map(({ name }) => name)).toEqual(['ours']);
});

test("clusters that may be anybody's are known by their names", async () => {
  expect(await unreadableClusters({ name: 'kwok', root })).toEqual(['theirs']);
});
