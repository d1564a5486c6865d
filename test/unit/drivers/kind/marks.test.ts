import { expect, test } from 'vitest';
import { isMarkPath, markPath, notesText, parseMarkPath, parseNotes } from '../../../../src/drivers/kind/marks.ts';
import type { Ownership } from '../../../../src/model/observed.ts';

const OWNERSHIP: Ownership = {
  owner: '01JABCDEFGHJKMNPQRSTVWXYZ0',
  project: 'shop',
  environment: 'local',
  address: 'cluster.dev',
  checkout: `/home/me/${'long/'.repeat(200)}repo é`,
  created_revision: 'a'.repeat(40),
};

test('whose a cluster is can be read from the path of a mount', () => {
  expect(parseMarkPath(markPath(OWNERSHIP))).toEqual(OWNERSHIP);
  expect(parseMarkPath(markPath({ ...OWNERSHIP, checkout: null, created_revision: null }))).toMatchObject({
    checkout: null,
    created_revision: null,
  });
});

test('the path is one that every file system and every mount takes', () => {
  const parts = markPath(OWNERSHIP).split('/');

  expect(Math.max(...parts.map((part) => part.length))).toBeLessThanOrEqual(255);
  expect(markPath(OWNERSHIP)).toMatch(/^[\w/-]+$/);
});

test.each(['/kind/trueup/', '/kind/trueup/bm90IGpzb24', '/kind/version', '/lib/modules'])('%s is no mark', (path) => {
  expect(parseMarkPath(path)).toBeNull();
});

test('what stands below our folder is never a mount of somebody else', () => {
  expect(isMarkPath('/kind/trueup/x')).toBe(true);
  expect(isMarkPath('/kind/trueupx')).toBe(false);
});

test('what only we keep comes back as it was', () => {
  const config = { labels: { team: 'core' }, protect: true, driver_options: { image: 'x' }, mounts: { '/x': {} } };

  const kubeconfigs = [{ path: '/home/kim/.kube/config', merged: true }];

  const notes = parseNotes(notesText(config, kubeconfigs));

  expect(notes).toEqual({
    kept: { labels: { team: 'core' }, protect: true, driver_options: { image: 'x' } },
    kubeconfigs,
  });
});

test.each(['', '{', '[]', '{"schema":2,"kept":{}}', '{"schema":1}'])('%j is nothing that we kept', (text) => {
  expect(parseNotes(text)).toBeNull();
});
