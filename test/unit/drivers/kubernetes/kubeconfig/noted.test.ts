import { afterEach, expect, test, vi } from 'vitest';
import { wantedOf } from '../../../../../src/drivers/kind/observe/leading.ts';

const CONFIG = { kubeconfig: { path: '/repo/kube', merge: true, switch_context: false } };

afterEach(() => {
  vi.unstubAllEnvs();
});

test('what was merged stays where it is, whatever another shell calls the kubeconfig of the user', () => {
  vi.stubEnv('KUBECONFIG', '/other/shell');

  const paths = (noted: Parameters<typeof wantedOf>[1]): readonly string[] =>
    wantedOf(CONFIG, noted).map(({ path }) => path);

  expect(paths([])).toEqual(['/repo/kube', '/other/shell']);
  expect(paths([{ path: '/first/shell', merged: true }])).toEqual(['/repo/kube', '/first/shell']);
  expect(paths([{ path: '/repo/former', merged: false }])).toEqual(['/repo/kube', '/other/shell']);
});
