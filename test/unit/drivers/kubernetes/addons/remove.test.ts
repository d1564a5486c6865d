import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { applyAddons } from '../../../../../src/drivers/kubernetes/addons/apply.ts';
import {
  type NotedObject,
  readInventory,
  writeInventory,
} from '../../../../../src/drivers/kubernetes/addons/inventory.ts';
import { containing } from '../../../../support/matching.ts';
import { type KeepingApi, keepingApi } from '../keeping-api.ts';
import { answer } from '../scripted-api.ts';

const OLD = '/api/v1/namespaces/old';
const CONFIG_MAP = '/api/v1/namespaces/old/configmaps/a';
const CLAIM = '/api/v1/namespaces/old/persistentvolumeclaims/data';
const DEFINITION = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.x.io';
const WIDGET = '/apis/x.io/v1/namespaces/default/widgets/w';

const NAMESPACE_TEXT = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: old }\n';
const CONFIG_MAP_TEXT = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: old }\n';
const CLAIM_TEXT = 'apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: { name: data, namespace: old }\n';
const WIDGET_TEXT = 'apiVersion: x.io/v1\nkind: Widget\nmetadata: { name: w }\n';
const DEFINITION_TEXT = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: widgets.x.io }
spec: { group: x.io, names: { kind: Widget, plural: widgets }, versions: [{ name: v1, served: true }] }
`;

/** As the server notes who made something. */
const THEIRS = [{ manager: 'kubectl-create', operation: 'Update', fieldsV1: {} }];

const { signal } = new AbortController();
let folder = '';
let file = '';
let api: KeepingApi = keepingApi();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trueup-addons-'));
  file = join(folder, 'tools.yaml');
  api = keepingApi();
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** Resolves with what stays, and why. */
async function apply(texts: readonly string[], allowsLoss = false): Promise<readonly string[]> {
  await writeFile(file, texts.join('---\n'));
  const declared = texts.length === 0 ? [] : [{ key: 'tools.yaml', path: file, content: null }];
  return applyAddons(api, declared, { signal, progress: () => undefined, patienceMs: 0, allowsLoss });
}

/** As a run notes what it is about to make, and is killed. */
async function killedBefore(object: Pick<NotedObject, 'kind' | 'name' | 'namespace'>): Promise<void> {
  const noted = { apiVersion: 'v1', ...object, created: true, uid: null, fields: null };
  await writeInventory(api, { addons: [], objects: [noted] }, signal);
}

test('a namespace and what our addons made in it go together', async () => {
  await apply([NAMESPACE_TEXT, CONFIG_MAP_TEXT]);

  expect(await apply([])).toEqual([]);

  expect(api.has(OLD) || api.has(CONFIG_MAP)).toBe(false);
});

test('a namespace stays with a claim of ours that stays', async () => {
  await apply([NAMESPACE_TEXT, CLAIM_TEXT]);

  expect(await apply([])).toEqual([
    'Namespace old stays: with it would go PersistentVolumeClaim data',
    'PersistentVolumeClaim old/data stays: with it would go its data',
  ]);

  expect(api.has(OLD) && api.has(CLAIM)).toBe(true);
});

test('a namespace stays with a claim that belongs to another object', async () => {
  await apply([NAMESPACE_TEXT]);
  api.put(CLAIM, { metadata: { ownerReferences: [{ kind: 'StatefulSet' }] } });

  expect(await apply([])).toEqual([containing('PersistentVolumeClaim data')]);
});

test('a claim that somebody else has removed keeps nothing', async () => {
  await apply([NAMESPACE_TEXT, CLAIM_TEXT]);
  api.drop(CLAIM);

  expect(await apply([])).toEqual([]);
});

test.each([false, true])(
  'a namespace stays with what an addon still names in it, may it be lost (%s) or not',
  async (may) => {
    await apply([NAMESPACE_TEXT, CONFIG_MAP_TEXT]);

    expect(await apply([CONFIG_MAP_TEXT], may)).toEqual([
      containing('Namespace old stays: with it would go ConfigMap'),
    ]);

    expect(api.has(OLD) && api.has(CONFIG_MAP)).toBe(true);
  },
);

test.each([false, true])(
  'a definition stays with what an addon still names of it, may it be lost (%s) or not',
  async (may) => {
    await apply([DEFINITION_TEXT, WIDGET_TEXT]);

    expect(await apply([WIDGET_TEXT], may)).toEqual([containing('with it would go Widget')]);

    expect(api.has(DEFINITION) && api.has(WIDGET)).toBe(true);
  },
);

test('a definition of which no version is shown stays', async () => {
  await apply([DEFINITION_TEXT]);
  api.put(DEFINITION, { spec: { group: 'x.io', names: { plural: 'widgets' }, versions: [] } });

  expect(await apply([])).toEqual([containing('stays: with it would go objects that are not shown')]);
});

test('a namespace stays with what was in it before our addons named it', async () => {
  await apply([NAMESPACE_TEXT]);
  api.put(CONFIG_MAP, {});
  await apply([NAMESPACE_TEXT, CONFIG_MAP_TEXT]);

  expect(await apply([])).toEqual(['Namespace old stays: with it would go ConfigMap a']);

  expect(api.has(CONFIG_MAP)).toBe(true);
});

test('a namespace goes with what is on its way out', async () => {
  await apply([NAMESPACE_TEXT]);
  api.put(CONFIG_MAP, { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } });

  expect(await apply([])).toEqual([]);
});

test.each([
  [
    'a namespace that is named',
    'ConfigMap',
    '{ name: a }',
    '{ name: a, namespace: default }',
    '/api/v1/namespaces/default/configmaps/a',
  ],
  [
    'a namespace that is named no more',
    'ConfigMap',
    '{ name: a, namespace: default }',
    '{ name: a }',
    '/api/v1/namespaces/default/configmaps/a',
  ],
  ['a namespace of what stands in none', 'Namespace', '{ name: old }', '{ name: old, namespace: x }', OLD],
])('an object stays, and is ours, when its place is spelt with %s', async (_, kind, first, second, path) => {
  const text = (metadata: string): string => `apiVersion: v1\nkind: ${kind}\nmetadata: ${metadata}\n`;
  await apply([text(first)]);

  expect(await apply([text(second)])).toEqual([]);

  expect(api.has(path)).toBe(true);
  expect((await readInventory(api, signal)).objects).toMatchObject([{ kind, created: true }]);
});

test.each([
  ['what somebody else has made since a run was killed stays', THEIRS, true],
  ['what a killed run has made, and nobody is noted to have, is removed', [], false],
  ['what a killed run has made is removed', [{ manager: 'trueup', operation: 'Apply', fieldsV1: {} }], false],
])('%s', async (_, managedFields, stays) => {
  api.put(CONFIG_MAP, { metadata: { managedFields } });
  await killedBefore({ kind: 'ConfigMap', name: 'a', namespace: 'old' });

  expect(await apply([])).toEqual([]);

  expect(api.has(CONFIG_MAP)).toBe(stays);
});

test('what somebody else has made since a run was killed is not ours once it is applied', async () => {
  api.put(CONFIG_MAP, { metadata: { managedFields: THEIRS } });
  await killedBefore({ kind: 'ConfigMap', name: 'a', namespace: 'old' });

  await apply([CONFIG_MAP_TEXT]);

  expect((await readInventory(api, signal)).objects).toMatchObject([{ created: false }]);
});

const DOWN = (): ReturnType<typeof answer> => answer(503, { message: 'service unavailable' });

test.each(['/apis', '/apis/x.io/v1', '/apis/x.io/v1/namespaces/old/widgets', '/api/v1/namespaces/old/configmaps'])(
  'a namespace stays while the API does not show %s',
  async (path) => {
    await apply([NAMESPACE_TEXT]);
    api.fail(path, DOWN);

    expect(await apply([])).toEqual([
      containing('Namespace old stays: nobody can tell what would go with it: the API server'),
    ]);
    expect(api.has(OLD)).toBe(true);

    api.fail(path, null);
    expect(await apply([])).toEqual([]);
    expect(api.has(OLD)).toBe(false);
  },
);

test('a namespace stays with an object of a kind that only another version of its group has', async () => {
  await apply([NAMESPACE_TEXT]);
  api.put('/apis/x.io/v1alpha1/namespaces/old/gadgets/g', {});

  expect(await apply([])).toEqual(['Namespace old stays: with it would go Gadget g']);
});

test('an object of a group that does not answer is not forgotten', async () => {
  await apply([WIDGET_TEXT]);
  api.fail('/apis/x.io/v1', DOWN);

  expect(await apply([])).toEqual([containing('Widget w stays: nobody can tell')]);

  api.fail('/apis/x.io/v1', null);
  expect(await apply([])).toEqual([]);
  expect(api.has(WIDGET)).toBe(false);
});

test('what an API server that is away has to say is no reason to go on', async () => {
  await apply([NAMESPACE_TEXT]);
  const away = new Error('away');
  api.fail('/apis', () => {
    throw away;
  });

  await expect(apply([])).rejects.toBe(away);
});
