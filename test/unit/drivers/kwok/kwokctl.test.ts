import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { findBinaries } from '../../../../src/drivers/kwok/binaries.ts';
import { complaintOf, environmentFor, mustKwokctl } from '../../../../src/drivers/kwok/kwokctl.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

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

test.each([
  ['hangs is ended, and said to have hung', 'exec /bin/sleep 1000', 'kwokctl start cluster did not end within 0.05 s'],
  [
    'asks gets no answer, and its last complaint is told',
    'read answer || echo "Error: no answer" >&2; exit 1',
    'kwokctl start cluster: Error: no answer',
  ],
])('a kwokctl that %s', async (_, does, message) => {
  const folder = await mkdtemp(join(tmpdir(), 'trueup-kwok-'));
  await writeFile(join(folder, 'kwokctl'), `#!/bin/sh\n${does}\n`, { mode: 0o755 });
  vi.stubEnv('PATH', folder);
  const timeoutMs = does.startsWith('exec') ? 50 : 10_000;

  const running = mustKwokctl(
    { name: 'clusters', root: folder },
    { args: ['start', 'cluster'], environment: {}, timeoutMs, signal: new AbortController().signal },
  );

  await expect(running).rejects.toMatchObject({ code: 'step_failed', message });
  await rm(folder, { recursive: true });
});
