import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { applyAddons } from '../../../../../src/drivers/kubernetes/addons/apply.ts';
import { observeAddons } from '../../../../../src/drivers/kubernetes/addons/compare.ts';
import type { DeclaredAddon } from '../../../../../src/drivers/kubernetes/addons/declared.ts';
import { digestOf } from '../../../../../src/drivers/kubernetes/addons/inventory.ts';
import { resourcesOf } from '../../../../../src/drivers/kubernetes/addons/resources.ts';
import type { JsonObject } from '../../../../../src/model/json.ts';
import { answer, scriptedApi, type ScriptedApi } from '../scripted-api.ts';
import { containing } from '../../../../support/matching.ts';

const INVENTORY = '/api/v1/namespaces/kube-system/secrets/trueup-addons';
const CORE = {
  resources: [
    { name: 'configmaps', kind: 'ConfigMap', namespaced: true },
    { name: 'namespaces', kind: 'Namespace', namespaced: false },
  ],
};
const MANIFESTS = `apiVersion: v1
kind: Namespace
metadata: { name: tools }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: a, namespace: tools }
data: { x: "1" }
---
`;

let folder = '';
let file = '';
const { signal } = new AbortController();
const OPTIONS = { signal, progress: () => undefined, patienceMs: 0 };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trueup-addons-'));
  file = join(folder, 'tools.yaml');
  await writeFile(file, MANIFESTS);
});

afterEach(() => rm(folder, { recursive: true, force: true }));

function changesOf({ asked }: ScriptedApi): readonly string[] {
  return asked.flatMap(({ method = 'GET', path }) => (method === 'GET' ? [] : [`${method} ${path}`]));
}

function inventoryOf(addons: readonly JsonObject[], objects: readonly JsonObject[]): JsonObject {
  return { data: { inventory: gzipSync(JSON.stringify({ addons, objects })).toString('base64') } };
}

function declared(path: string, content: string | null = null): DeclaredAddon {
  return { key: 'tools.yaml', path, content };
}

const TOOLS = 'PATCH /api/v1/namespaces/tools';
const CONFIG_MAP = 'PATCH /api/v1/namespaces/tools/configmaps/a';

test('objects are applied in their order, between two writings of what is ours', async () => {
  const api = scriptedApi({
    'GET /api/v1': CORE,
    [`PATCH ${INVENTORY}`]: {},
    [TOOLS]: {},
    [CONFIG_MAP]: {},
  });

  await applyAddons(api, [declared(file)], OPTIONS);

  expect(changesOf(api)).toEqual([`PATCH ${INVENTORY}`, TOOLS, CONFIG_MAP, `PATCH ${INVENTORY}`]);
  expect(api.asked.find(({ path }) => path.endsWith('/a'))).toMatchObject({
    query: { fieldManager: 'trueup', force: 'true' },
    contentType: 'application/apply-patch+yaml',
    body: { data: { x: '1' } },
  });
});

test('what is declared no more is removed, last applied first', async () => {
  const gone = ['a', 'b'].map((name) => ({ apiVersion: 'v1', kind: 'ConfigMap', name, namespace: 'old' }));
  const api = scriptedApi({
    'GET /api/v1': CORE,
    [`GET ${INVENTORY}`]: inventoryOf([], gone),
    [`PATCH ${INVENTORY}`]: {},
    'DELETE /api/v1/namespaces/old/configmaps/b': {},
  });

  await applyAddons(api, [], OPTIONS);

  expect(changesOf(api)).toEqual([
    `PATCH ${INVENTORY}`,
    'DELETE /api/v1/namespaces/old/configmaps/b',
    'DELETE /api/v1/namespaces/old/configmaps/a',
    `PATCH ${INVENTORY}`,
  ]);
});

test('a cluster that never had addons is left alone', async () => {
  const api = scriptedApi({});

  await applyAddons(api, [], OPTIONS);

  expect(changesOf(api)).toEqual([]);
});

test('a file that has changed since it was planned is refused before anything is touched', async () => {
  const api = scriptedApi({});

  await expect(applyAddons(api, [declared(file, digestOf('as planned'))], OPTIONS)).rejects.toMatchObject({
    code: 'addon_refused',
    message: 'the addon tools.yaml is not what it was when this was planned',
  });
  expect(api.asked).toEqual([]);
});

test('what has to wait for another object is tried again', async () => {
  let tries = 0;
  const api = scriptedApi({
    'GET /api/v1': CORE,
    [`PATCH ${INVENTORY}`]: {},
    [TOOLS]: {},
    [CONFIG_MAP]: () => answer((tries += 1) < 2 ? 404 : 200, {}),
  });

  await applyAddons(api, [declared(file)], { ...OPTIONS, patienceMs: 60_000 });

  expect(tries).toBe(2);
});

test.each([
  ['a kind that nobody knows', 'apiVersion: x.io/v1\nkind: Odd\nmetadata: { name: o }\n', 'knows no Odd of x.io/v1'],
  ['no kind', 'apiVersion: v1\nmetadata: { name: o }\n', 'document 1 has no kind'],
  ['no name', 'apiVersion: v1\nkind: Pod\n', 'document 1 has no metadata.name'],
  ['no YAML', 'a: [', 'document 1 is no YAML'],
])('an addon with %s is refused', async (_, text, words) => {
  await writeFile(file, text);
  const api = scriptedApi({ 'GET /api/v1': CORE, [`PATCH ${INVENTORY}`]: {} });

  await expect(applyAddons(api, [declared(file)], OPTIONS)).rejects.toMatchObject({
    code: 'addon_refused',
    message: containing(words),
  });
});

test('a file that is not there is refused before anything is touched', async () => {
  const api = scriptedApi({});

  await expect(applyAddons(api, [declared(join(folder, 'nowhere.yaml'))], OPTIONS)).rejects.toMatchObject({
    code: 'addon_refused',
  });
  expect(api.asked).toEqual([]);
});

test('a list stands for what is in it', async () => {
  await writeFile(
    file,
    JSON.stringify({ kind: 'List', apiVersion: 'v1', items: [namespace('one'), namespace('two')] }),
  );
  const api = scriptedApi({
    'GET /api/v1': CORE,
    [`PATCH ${INVENTORY}`]: {},
    'PATCH /api/v1/namespaces/one': {},
    'PATCH /api/v1/namespaces/two': {},
  });

  await applyAddons(api, [declared(file)], OPTIONS);

  expect(changesOf(api)).toContain('PATCH /api/v1/namespaces/two');
});

function namespace(name: string): JsonObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

test('an addon is compared with what the server would make of it', async () => {
  const live = { metadata: { name: 'a', resourceVersion: '7', labels: { by: 'hand' } }, data: { x: '2', kept: 'y' } };
  const api = scriptedApi({
    [`GET ${INVENTORY}`]: inventoryOf([{ key: 'tools.yaml', text: MANIFESTS }], []),
    'GET /api/v1': CORE,
    'GET /api/v1/namespaces/tools': { metadata: { name: 'tools', generation: 1 } },
    [TOOLS]: { metadata: { name: 'tools', generation: 2 } },
    'GET /api/v1/namespaces/tools/configmaps/a': live,
    [CONFIG_MAP]: { ...live, metadata: { ...live.metadata, resourceVersion: '8' }, data: { x: '1', kept: 'y' } },
  });

  const observed = await observeAddons({ api, resources: resourcesOf(api), signal });

  expect(observed).toEqual({ 'tools.yaml': { content: 'otherwise: ConfigMap tools/a: data.x' } });
  expect(api.asked.filter(({ method }) => method === 'PATCH').every(({ query }) => query?.['dryRun'] === 'All')).toBe(
    true,
  );
});

test('an addon that is there as its file said has the digest of the file', async () => {
  const text = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: tools }\n';
  const live = { metadata: { name: 'tools' } };
  const api = scriptedApi({
    [`GET ${INVENTORY}`]: inventoryOf([{ key: 'tools.yaml', text }], []),
    'GET /api/v1': CORE,
    'GET /api/v1/namespaces/tools': live,
    [TOOLS]: live,
  });

  expect(await observeAddons({ api, resources: resourcesOf(api), signal })).toEqual({
    'tools.yaml': { content: digestOf(text) },
  });
});

test('what is missing of an addon is named', async () => {
  const api = scriptedApi({
    [`GET ${INVENTORY}`]: inventoryOf([{ key: 'tools.yaml', text: MANIFESTS }], []),
    'GET /api/v1': CORE,
  });

  expect(await observeAddons({ api, resources: resourcesOf(api), signal })).toEqual({
    'tools.yaml': { content: 'otherwise: Namespace tools: missing; ConfigMap tools/a: missing' },
  });
});

test('a list of addons that somebody has spoilt is as good as none', async () => {
  const api = scriptedApi({ [`GET ${INVENTORY}`]: { data: { inventory: 'bm90IHppcHBlZA==' } } });

  expect(await observeAddons({ api, resources: resourcesOf(api), signal })).toEqual({});
});
