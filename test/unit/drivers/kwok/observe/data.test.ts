import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hasData } from '../../../../../src/drivers/kwok/observe/data.ts';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trueup-kwok-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

test('there are data, or there are none', async () => {
  expect(await hasData(folder)).toBe(false);
  await mkdir(join(folder, 'etcd/member'), { recursive: true });
  expect(await hasData(folder)).toBe(true);
});

test('what nobody can look at is not none', async () => {
  await symlink('etcd', join(folder, 'etcd'));

  await expect(hasData(folder)).rejects.toMatchObject({ code: 'engine_unreachable' });
});
