import { expect, test } from 'vitest';
import { withContext, withoutContext } from '../../../../../src/drivers/kubernetes/kubeconfig/edit.ts';
import { yamlOf } from './yaml-of.ts';
import type { ContextEntry } from '../../../../../src/drivers/kubernetes/kubeconfig/entry.ts';

const PATH = '/home/me/.kube/config';

const THEIRS = `apiVersion: v1
kind: Config
# the office
clusters:
  - name: office
    cluster: { server: https://office }
contexts:
  - name: office
    context: { cluster: office, user: me }
current-context: office
users:
  - name: me
    user: { token: abc }
`;

function entry(overrides: Partial<ContextEntry> = {}): ContextEntry {
  return {
    context: 'shop-dev',
    id: 'a1',
    cluster: { server: 'https://127.0.0.1:6443' },
    user: { 'client-key': '/k' },
    ...overrides,
  };
}

test('a context is added beside those of others, whose lines stay as they are', () => {
  const text = withContext({ path: PATH, text: THEIRS }, entry(), false);

  expect(text).toContain('# the office');
  expect(text).toContain('current-context: office');
  expect(yamlOf(text)).toMatchObject({
    clusters: [{ name: 'office' }, { name: 'shop-dev.trueup-a1', cluster: { server: 'https://127.0.0.1:6443' } }],
    users: [{ name: 'me' }, { name: 'shop-dev.trueup-a1' }],
    contexts: [{ name: 'office' }, { name: 'shop-dev', context: { user: 'shop-dev.trueup-a1' } }],
  });
});

test('an empty file becomes a whole kubeconfig', () => {
  const text = withContext({ path: PATH, text: '' }, entry(), false);

  expect(yamlOf(text)).toMatchObject({ apiVersion: 'v1', kind: 'Config', contexts: [{ name: 'shop-dev' }] });
  expect(yamlOf(text)['current-context']).toBeUndefined();
});

test('lists that are null, as kubectl writes empty ones, are filled', () => {
  const text = withContext(
    { path: PATH, text: 'kind: Config\nclusters: null\ncontexts: null\nusers: []\n' },
    entry(),
    false,
  );

  expect(yamlOf(text)).toMatchObject({ clusters: [{}], contexts: [{}], users: [{}] });
});

test('the current context is switched only where that is asked for', () => {
  const text = withContext({ path: PATH, text: THEIRS }, entry(), true);

  expect(yamlOf(text)['current-context']).toBe('shop-dev');
});

test('putting the same again changes no letter', () => {
  const once = withContext({ path: PATH, text: THEIRS }, entry(), false);

  expect(withContext({ path: PATH, text: once }, entry(), false)).toBe(once);
});

test('a stale context is replaced by the new one, under a new name too', () => {
  const stale = withContext({ path: PATH, text: THEIRS }, entry(), true);

  const renewed = withContext(
    { path: PATH, text: stale },
    entry({ context: 'dev', cluster: { server: 'https://127.0.0.1:7000' } }),
    false,
  );

  expect(yamlOf(renewed)).toMatchObject({
    'current-context': 'dev',
    clusters: [{ name: 'office' }, { name: 'dev.trueup-a1', cluster: { server: 'https://127.0.0.1:7000' } }],
    contexts: [{ name: 'office' }, { name: 'dev' }],
  });
});

test('a name that is somebody else’s is refused', () => {
  expect(() => withContext({ path: PATH, text: THEIRS }, entry({ context: 'office' }), false)).toThrow(
    'has a context "office" of somebody else',
  );
});

test('the same name of another cluster of ours is refused too', () => {
  const other = withContext({ path: PATH, text: THEIRS }, entry({ id: 'b2' }), false);

  expect(() => withContext({ path: PATH, text: other }, entry(), false)).toThrow('of somebody else');
});

test('removing leaves what was there before', () => {
  const merged = withContext({ path: PATH, text: THEIRS }, entry(), false);

  expect(yamlOf(withoutContext({ path: PATH, text: merged }, 'a1'))).toEqual(yamlOf(THEIRS));
});

test('removing the current context leaves none', () => {
  const merged = withContext({ path: PATH, text: THEIRS }, entry(), true);

  expect(yamlOf(withoutContext({ path: PATH, text: merged }, 'a1'))['current-context']).toBe('');
});

test('removing what is not there changes no letter', () => {
  expect(withoutContext({ path: PATH, text: THEIRS }, 'a1')).toBe(THEIRS);
});

test.each([
  ['no YAML', 'clusters: [', 'is no YAML'],
  ['something else', 'kind: Pod\n', 'is no kubeconfig'],
])('a file that is %s is refused', (_, text, words) => {
  expect(() => withContext({ path: PATH, text }, entry(), false)).toThrow(words);
  expect(() => withoutContext({ path: PATH, text }, 'a1')).toThrow(words);
});
