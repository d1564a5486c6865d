import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { putContext } from '../../../../../src/drivers/kubernetes/kubeconfig/put.ts';
import { kubeconfigText } from '../../../../../src/drivers/kubernetes/kubeconfig/text.ts';
import { markFor } from '../../../../../src/drivers/kwok/marks.ts';
import { kubeconfigsLeadTo } from '../../../../../src/drivers/kwok/observe/leading.ts';
import { contextOf } from '../../../../../src/drivers/kwok/own-kubeconfig.ts';

const { signal } = new AbortController();
const OWNERSHIP = { owner: 'o', project: 'shop', environment: 'local', checkout: '/repo', revision: 'abc' };
const CONFIG = { kubeconfig: { path: null, context: null, merge: true, switch_context: false } };

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trueup-kwok-'));
  const own = kubeconfigText({ context: 'own', cluster: { server: 'https://127.0.0.1:1' }, user: {} });
  await writeFile(join(folder, 'kubeconfig.yaml'), own);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

function leads(kubeconfigs: readonly string[], merged: boolean = true): Promise<boolean> {
  const mark = markFor('cluster.dev', CONFIG, { ownership: OWNERSHIP });
  const noted = kubeconfigs.map((path) => ({ path, merged }));
  return kubeconfigsLeadTo({
    name: 'shop-dev',
    folder,
    mark: { ...mark, kubeconfigs: noted },
    settings: null,
    components: [],
  });
}

test('what was merged by one shell leads there from every other one', async () => {
  const [first, second] = [join(folder, 'first'), join(folder, 'second')];
  await putContext(first, await contextOf(folder, 'shop-dev', CONFIG), { switchContext: false, signal });

  vi.stubEnv('KUBECONFIG', second);

  expect(await leads([first])).toBe(true);
  expect(await leads([])).toBe(false);
});

test('a kubeconfig that is declared no more, and still may lead there, does not lead as declared', async () => {
  const [first, former] = [join(folder, 'first'), join(folder, 'former')];
  await putContext(first, await contextOf(folder, 'shop-dev', CONFIG), { switchContext: false, signal });

  expect(await leads([first, former])).toBe(false);
});

test('a kubeconfig that leads there and is not noted as merged does not lead as declared', async () => {
  const first = join(folder, 'first');
  await putContext(first, await contextOf(folder, 'shop-dev', CONFIG), { switchContext: false, signal });
  vi.stubEnv('KUBECONFIG', first);

  expect(await leads([first])).toBe(true);
  expect(await leads([first], false)).toBe(false);
  expect(await leads([])).toBe(false);
});

test('a cluster whose own kubeconfig cannot be read is not taken for one that nothing leads to', async () => {
  await rm(join(folder, 'kubeconfig.yaml'));
  await mkdir(join(folder, 'kubeconfig.yaml'));

  await expect(leads([join(folder, 'first')])).rejects.toMatchObject({ code: 'engine_unreachable' });
});
