import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findBinaries } from '../../../../src/drivers/kwok/binaries.ts';
import { complaintOf, environmentFor } from '../../../../src/drivers/kwok/kwokctl.ts';

test.each([
  ['', 'it failed'],
  ['starting\nError: no such file\n', 'Error: no such file'],
  [
    '{"level":"INFO","msg":"x"}\n{"level":"ERROR","msg":"Failed to setup config","err":"exec: etcd"}',
    'Failed to setup config: exec: etcd',
  ],
])('of %j the complaint is: %s', (stderr, expected) => {
  expect(complaintOf(stderr)).toBe(expected);
});

test('variables of the user lead kwokctl to no other cluster', () => {
  const inherited = { PATH: '/bin', KWOK_RUNTIME: 'docker', KUBECONFIG: '/home/me/.kube/config' };

  expect(environmentFor({ KWOK_WORKDIR: '/state' }, inherited)).toEqual({ PATH: '/bin', KWOK_WORKDIR: '/state' });
});

test('programs are found on the PATH, and folders and other files are none', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'trueup-path-'));
  await writeFile(join(folder, 'etcd'), '');
  await chmod(join(folder, 'etcd'), 0o755);
  await writeFile(join(folder, 'kubectl'), '', { mode: 0o644 });

  expect(await findBinaries(`relative:${folder}`)).toEqual({ etcd: join(folder, 'etcd') });

  await rm(folder, { recursive: true });
});
