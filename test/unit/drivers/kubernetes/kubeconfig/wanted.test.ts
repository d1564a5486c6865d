import { afterEach, expect, test, vi } from 'vitest';
import { wantedKubeconfigs } from '../../../../../src/drivers/kubernetes/kubeconfig/wanted.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

test.each([
  ['nothing', {}, []],
  ['a file of its own', { path: '/dev' }, [{ path: '/dev', switching: 'if_none', merged: false }]],
  ['the file of kubectl', { merge: true }, [{ path: '/first', switching: false, merged: true }]],
  [
    'the file of kubectl by its name',
    { path: '/first', merge: true },
    [{ path: '/first', switching: 'if_none', merged: true }],
  ],
  [
    'switching',
    { path: '/dev', merge: true, switch_context: true },
    [
      { path: '/dev', switching: true, merged: false },
      { path: '/first', switching: true, merged: true },
    ],
  ],
])('with %s', (_, kubeconfig, wanted) => {
  vi.stubEnv('KUBECONFIG', '/first:/second');

  expect(wantedKubeconfigs({ kubeconfig })).toEqual(wanted);
});
