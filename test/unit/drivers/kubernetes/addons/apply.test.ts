import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { applyAddons } from '../../../../../src/drivers/kubernetes/addons/apply.ts';
import { observeAddons } from '../../../../../src/drivers/kubernetes/addons/compare.ts';
import type { DeclaredAddon } from '../../../../../src/drivers/kubernetes/addons/declared.ts';
import { digestOf } from '../../../../../src/drivers/kubernetes/addons/inventory.ts';
import { ownFields } from '../../../../../src/drivers/kubernetes/addons/own-fields.ts';
import { resourcesOf } from '../../../../../src/drivers/kubernetes/addons/resources.ts';
import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  memberAt,
  parseJson,
  scalarText,
} from '../../../../../src/model/json.ts';
import { answer, scriptedApi, type ScriptedApi } from '../scripted-api.ts';
import { containing } from '../../../../support/matching.ts';

const INVENTORY = '/api/v1/namespaces/kube-system/secrets/trueup-addons';
const CORE = {
  resources: [
    { name: 'configmaps', kind: 'ConfigMap', namespaced: true, verbs: ['list', 'delete'] },
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

function noted(kind: string, name: string, overrides: JsonObject = {}): JsonObject {
  return { apiVersion: 'v1', kind, name, namespace: 'old', created: true, uid: null, fields: null, ...overrides };
}

/** As the server shows what we have applied. */
function ofOurs(name: string, uid: string): JsonObject {
  return { metadata: { name, uid, managedFields: [{ manager: 'trueup', operation: 'Apply', fieldsV1: {} }] } };
}

/** What was written last of what is ours. */
function notedBy({ asked }: ScriptedApi): readonly JsonObject[] {
  const body = asked.findLast(({ method, path }) => method === 'PATCH' && path === INVENTORY)?.body ?? null;
  const text = gunzipSync(Buffer.from(scalarText(memberAt(body, 'data', 'inventory')), 'base64')).toString();
  const objects = memberAt(parseJson(text), 'objects');
  return (isJsonArray(objects) ? objects : []).filter(isJsonObject);
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
  expect(api.asked.find(({ method, path }) => method === 'PATCH' && path.endsWith('/a'))).toMatchObject({
    query: { fieldManager: 'trueup', force: 'true' },
    contentType: 'application/apply-patch+yaml',
    body: { data: { x: '1' } },
  });
});

test('what is declared no more is removed, last applied first', async () => {
  const gone = ['a', 'b'].map((name) => noted('ConfigMap', name, { uid: `uid-${name}` }));
  const api = scriptedApi({
    'GET /api/v1': CORE,
    [`GET ${INVENTORY}`]: inventoryOf([], gone),
    [`PATCH ${INVENTORY}`]: {},
    'GET /api/v1/namespaces/old/configmaps/a': { metadata: { name: 'a', uid: 'uid-a' } },
    'GET /api/v1/namespaces/old/configmaps/b': { metadata: { name: 'b', uid: 'uid-b' } },
    'DELETE /api/v1/namespaces/old/configmaps/b': {},
  });

  await applyAddons(api, [], OPTIONS);

  expect(changesOf(api)).toEqual([
    `PATCH ${INVENTORY}`,
    'DELETE /api/v1/namespaces/old/configmaps/b',
    'DELETE /api/v1/namespaces/old/configmaps/a',
    `PATCH ${INVENTORY}`,
  ]);
  // Whoever has made one of that name meanwhile keeps it.
  expect(api.asked.find(({ method, path }) => method === 'DELETE' && path.endsWith('/b'))?.body).toMatchObject({
    preconditions: { uid: 'uid-b' },
  });
});

test('what was there before our addons, and what they name no more, stays', async () => {
  const api = scriptedApi({
    'GET /api/v1': CORE,
    'GET /api/v1/namespaces/tools': { metadata: { name: 'tools', uid: 'theirs' } },
    [`GET ${INVENTORY}`]: inventoryOf([], [noted('ConfigMap', 'a', { created: false })]),
    [`PATCH ${INVENTORY}`]: {},
    [TOOLS]: { metadata: { name: 'tools', uid: 'theirs' } },
    [CONFIG_MAP]: () => answer(201, { metadata: { name: 'a', uid: 'ours' } }),
  });

  await applyAddons(api, [declared(file)], OPTIONS);

  expect(changesOf(api).filter((change) => change.startsWith('DELETE'))).toEqual([]);
  expect(notedBy(api)).toMatchObject([
    { kind: 'Namespace', created: false, uid: 'theirs' },
    { kind: 'ConfigMap', namespace: 'tools', created: true, uid: 'ours' },
  ]);
});

test('what a killed run has made is known to be ours', async () => {
  const api = scriptedApi({
    'GET /api/v1': CORE,
    'GET /api/v1/namespaces/tools': ofOurs('tools', 'ours'),
    [`GET ${INVENTORY}`]: inventoryOf([], [noted('Namespace', 'tools', { namespace: null })]),
    [`PATCH ${INVENTORY}`]: {},
    [TOOLS]: { metadata: { name: 'tools', uid: 'ours' } },
    [CONFIG_MAP]: {},
  });

  await applyAddons(api, [declared(file)], OPTIONS);

  expect(notedBy(api)[0]).toMatchObject({ kind: 'Namespace', created: true, uid: 'ours' });
});

const THEIRS: JsonObject = { metadata: { name: 'theirs', namespace: 'old' } };
const OF_OURS: JsonObject = { metadata: { name: 'pod', namespace: 'old', ownerReferences: [{ kind: 'ConfigMap' }] } };

test.each([
  [
    'stays where others have something in it',
    [THEIRS],
    false,
    ['Namespace old stays: with it would go ConfigMap theirs'],
  ],
  [
    'stays with how many things others have in it',
    [THEIRS, { metadata: { name: 'more' } }],
    false,
    [containing('and 1 more')],
  ],
  ['goes where that may be lost', [THEIRS], true, []],
  ['goes where nothing else is in it', [OF_OURS, { metadata: { name: 'kube-root-ca.crt' } }], false, []],
])('a namespace %s', async (_, items, allowsLoss, expected) => {
  const api = scriptedApi({
    'GET /api/v1': CORE,
    'GET /apis': { groups: [] },
    'GET /api/v1/namespaces/old': ofOurs('old', 'ours'),
    'GET /api/v1/namespaces/old/configmaps': { items, metadata: {} },
    [`GET ${INVENTORY}`]: inventoryOf([], [noted('Namespace', 'old', { namespace: null })]),
    [`PATCH ${INVENTORY}`]: {},
    'DELETE /api/v1/namespaces/old': {},
  });

  expect(await applyAddons(api, [], { ...OPTIONS, allowsLoss })).toEqual(expected);

  const isKept = expected.length > 0;
  expect(changesOf(api).includes('DELETE /api/v1/namespaces/old')).toBe(!isKept);
  expect(notedBy(api).length).toBe(isKept ? 1 : 0);
});

test('a claim of a volume stays unless its data may be lost', async () => {
  const api = scriptedApi({
    'GET /api/v1': { resources: [{ name: 'persistentvolumeclaims', kind: 'PersistentVolumeClaim', namespaced: true }] },
    'GET /api/v1/namespaces/old/persistentvolumeclaims/data': ofOurs('data', 'ours'),
    [`GET ${INVENTORY}`]: inventoryOf([], [noted('PersistentVolumeClaim', 'data')]),
    [`PATCH ${INVENTORY}`]: {},
  });

  expect(await applyAddons(api, [], OPTIONS)).toEqual([
    'PersistentVolumeClaim old/data stays: with it would go its data',
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

test.each([
  ['equal where its fields are ours as they were', {}],
  ['otherwise where somebody has taken one over', { 'tools.yaml': { content: containing('somebody has changed') } }],
])('what a webhook lets nobody try out is %s', async (title, differences) => {
  const text = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: old }\n';
  const mine = { manager: 'trueup', operation: 'Apply', fieldsV1: { 'f:data': {} } };
  const isTaken = title.startsWith('otherwise');
  const live = { metadata: { name: 'a', managedFields: [isTaken ? { ...mine, fieldsV1: {} } : mine] } };
  const fields = ownFields({ metadata: { managedFields: [mine] } });
  const api = scriptedApi({
    [`GET ${INVENTORY}`]: inventoryOf([{ key: 'tools.yaml', text }], [noted('ConfigMap', 'a', { fields })]),
    'GET /api/v1': CORE,
    'GET /api/v1/namespaces/old/configmaps/a': live,
    'PATCH /api/v1/namespaces/old/configmaps/a': () =>
      answer(400, { message: 'admission webhook "x.y" does not support dry run' }),
  });

  expect(await observeAddons({ api, resources: resourcesOf(api), signal })).toEqual({
    'tools.yaml': { content: digestOf(text) },
    ...differences,
  });
});
