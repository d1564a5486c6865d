import { afterEach, expect, test, vi } from 'vitest';
import {
  type NotedKubeconfig,
  notedJson,
  notedWith,
  parseNoted,
  wantedOf,
} from '../../../../../src/drivers/kubernetes/kubeconfig/noted.ts';

const CONFIG = { kubeconfig: { path: '/repo/kube', merge: true, switch_context: false } };

afterEach(() => {
  vi.unstubAllEnvs();
});

function wantedPaths(noted: readonly NotedKubeconfig[]): readonly string[] {
  return wantedOf(CONFIG, noted).map(({ path }) => path);
}

test('what was merged stays where it is, whatever another shell calls the kubeconfig of the user', () => {
  vi.stubEnv('KUBECONFIG', '/other/shell');

  expect(wantedPaths([])).toEqual(['/repo/kube', '/other/shell']);
  expect(wantedPaths([{ path: '/first/shell', merged: true }])).toEqual(['/repo/kube', '/first/shell']);
  expect(wantedPaths([{ path: '/repo/former', merged: false }])).toEqual(['/repo/kube', '/other/shell']);
});

test('a declared file that is the one of the user as well stays the one of the user', () => {
  vi.stubEnv('KUBECONFIG', '/repo/kube');
  const noted = notedWith([{ path: '/repo/kube', merged: false }], wantedOf(CONFIG, []));

  vi.stubEnv('KUBECONFIG', '/other/shell');

  expect(noted).toEqual([{ path: '/repo/kube', merged: true }]);
  expect(wantedPaths(noted)).toEqual(['/repo/kube']);
});

test('what is wanted is noted beside what was, and nothing where all of it is noted', () => {
  vi.stubEnv('KUBECONFIG', '/shell');
  const before: readonly NotedKubeconfig[] = [{ path: '/former', merged: false }];

  const after = notedWith(before, wantedOf(CONFIG, before));

  expect(after).toEqual([
    { path: '/former', merged: false },
    { path: '/repo/kube', merged: false },
    { path: '/shell', merged: true },
  ]);
  expect(notedWith(after, wantedOf(CONFIG, after))).toBe(after);
});

test('what is noted reads back as it was written, and what is none reads as none', () => {
  const noted = [{ path: '/home/kim/.kube/config', merged: true }];

  expect(parseNoted(notedJson(noted))).toEqual(noted);
  expect(parseNoted([null, { merged: true }])).toEqual([]);
  expect(parseNoted(null)).toEqual([]);
});

test('what was noted by its path alone is still known, and noted with its reason next', () => {
  vi.stubEnv('KUBECONFIG', '/shell');
  const before = parseNoted(['/shell', '/former']);

  expect(before).toEqual([
    { path: '/shell', merged: false },
    { path: '/former', merged: false },
  ]);
  expect(notedWith(before, wantedOf(CONFIG, before))).toContainEqual({ path: '/shell', merged: true });
});
