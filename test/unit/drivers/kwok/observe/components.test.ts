import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lookAtComponents } from '../../../../../src/drivers/kwok/observe/components.ts';

const ETCD = { name: 'etcd', binary: '/opt/etcd', args: ['--listen-peer-urls=http://127.0.0.1:1'] };

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trueup-kwok-'));
  await mkdir(join(folder, 'pids'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

test.each([
  ['runs', '77', ['/opt/etcd', '--data-dir=HERE/etcd'], 'running'],
  ['runs with other arguments than are written down by now', '77', ['/opt/etcd', '--config=HERE/other'], 'running'],
  ['has the pid of another process since a reboot', '77', ['/usr/bin/editor'], 'stale'],
  ['has the pid of another cluster', '77', ['/opt/etcd', '--data-dir=HERE2/etcd'], 'stale'],
  ['was killed', '77', null, 'stale'],
  ['has a pid file that says nothing', 'x', ['/opt/etcd', '--data-dir=HERE/etcd'], 'stopped'],
])('a component that %s', async (_, pid, words, state) => {
  await writeFile(join(folder, 'pids', 'etcd.pid'), pid);

  const said = words?.map((word) => word.replace('HERE', folder)) ?? null;
  const [sight] = await lookAtComponents(folder, [ETCD], () => Promise.resolve(said));

  expect(sight).toMatchObject({ name: 'etcd', state });
  const { mtime } = await stat(join(folder, 'pids', 'etcd.pid'));
  expect(sight?.startedAt).toBe(state === 'running' ? mtime.toISOString() : null);
});

test('a component whose pid cannot be read is not stopped: nobody knows', async () => {
  await mkdir(join(folder, 'pids', 'etcd.pid'));

  const looking = lookAtComponents(folder, [ETCD], () => Promise.resolve(null));

  await expect(looking).rejects.toMatchObject({ code: 'engine_unreachable' });
});

test('a component without a pid is stopped', async () => {
  expect(await lookAtComponents(folder, [ETCD], () => Promise.resolve(null))).toEqual([
    { name: 'etcd', state: 'stopped', pid: null, startedAt: null },
  ]);
});
