import { spawnSync } from 'node:child_process';
import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ContextEntry } from '../../../../../src/drivers/kubernetes/kubeconfig/entry.ts';
import { withFileLock } from '../../../../../src/drivers/kubernetes/kubeconfig/file-lock.ts';
import { OWN_SPACE } from '../../../../../src/files/own-space.ts';
import { contextNames } from './yaml-of.ts';
import { leadsTo, putContext, removeContext } from '../../../../../src/drivers/kubernetes/kubeconfig/put.ts';

let folder = '';
const { signal } = new AbortController();
/** The id of a process that has ended. */
const GONE = spawnSync(process.execPath, ['-e', '']).pid;
const OPTIONS = { switchContext: false, signal };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trueup-kubeconfig-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

function entry(id: string): ContextEntry {
  return { context: `dev-${id}`, id, cluster: { server: `https://127.0.0.1:${id}` }, user: { token: id } };
}

test('a file that is not there is made, for this user alone, with its folder', async () => {
  const path = join(folder, 'kube', 'config');

  await putContext(path, entry('1'), OPTIONS);

  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(contextNames(await readFile(path, 'utf8'))).toEqual(['dev-1']);
  expect(await readdir(join(folder, 'kube'))).toEqual(['config']);
});

test('many who write at once lose nothing', async () => {
  const path = join(folder, 'config');
  const ids = Array.from({ length: 12 }, (_, index) => String(index));

  await Promise.all(ids.map((id) => putContext(path, entry(id), OPTIONS)));

  const names = contextNames(await readFile(path, 'utf8'));
  expect(names.toSorted()).toEqual(ids.map((id) => `dev-${id}`).toSorted());
});

test('a link stays a link, and the file keeps its mode', async () => {
  const [file, path] = [join(folder, 'real'), join(folder, 'config')];
  await writeFile(file, 'kind: Config\n', { mode: 0o640 });
  await chmod(file, 0o640);
  await symlink(file, path);

  await putContext(path, entry('1'), OPTIONS);

  expect((await lstat(path)).isSymbolicLink()).toBe(true);
  expect((await stat(file)).mode & 0o777).toBe(0o640);
  expect(await leadsTo(path, entry('1'), false)).toBe(true);
});

test('what is put is there, and what is removed is not', async () => {
  const path = join(folder, 'config');
  await putContext(path, entry('1'), OPTIONS);
  expect(await leadsTo(path, { ...entry('1'), cluster: { server: 'https://elsewhere' } }, false)).toBe(false);

  await removeContext(path, '1', signal);

  expect(await leadsTo(path, entry('1'), false)).toBe(false);
  await removeContext(join(folder, 'nowhere'), '1', signal);
});

test('a read-only file is left alone, and said to be', async () => {
  const path = join(folder, 'config');
  await writeFile(path, 'kind: Config\n');
  await chmod(path, 0o400);

  await expect(putContext(path, entry('1'), OPTIONS)).rejects.toMatchObject({
    code: 'kubeconfig_refused',
    message: `the kubeconfig ${path} is read-only`,
  });
  expect(await readFile(path, 'utf8')).toBe('kind: Config\n');
});

test('a folder in its place is said to be one', async () => {
  const path = join(folder, 'config');
  await mkdir(path);

  await expect(putContext(path, entry('1'), OPTIONS)).rejects.toMatchObject({
    code: 'kubeconfig_refused',
    fields: { errno: 'EISDIR' },
  });
});

test.each([
  ['another program', ''],
  ['a trueup in another container, or on another host,', `trueup ${GONE} 0123456789ab\n`],
  ['a trueup that does not say where it is', `trueup ${GONE}\n`],
])('the lock of %s is waited for, and never broken', async (_, text) => {
  const path = join(folder, 'config');
  await writeFile(`${path}.lock`, text);

  const refused = withFileLock(path, { signal, patienceMs: 0 }, () => Promise.resolve());

  await expect(refused).rejects.toMatchObject({
    code: 'kubeconfig_refused',
    next: `where nothing writes it, remove ${path}.lock`,
  });
  expect(await readFile(`${path}.lock`, 'utf8')).toBe(text);
});

test('the lock that a killed trueup left behind is removed', async () => {
  const path = join(folder, 'config');
  await writeFile(`${path}.lock`, `trueup ${GONE} ${OWN_SPACE}\n`);

  await putContext(path, entry('1'), OPTIONS);

  expect(await readdir(folder)).toEqual(['config']);
});
