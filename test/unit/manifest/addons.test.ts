import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { fieldPath } from '../../../src/model/field-path.ts';
import { described, type Files, load, memoryTree } from './support.ts';

const MANIFEST = 'environments/local/main.yaml';
const FILES: Files = { 'k8s/web.yaml': 'kind: Pod\n' };

function digest(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

test('addons stand under their places in the repo, each with what it says, and keep their order', async () => {
  const files = {
    ...FILES,
    'k8s/tools.yaml': 'kind: List\n',
    [MANIFEST]: text('../../k8s/web.yaml', '../../k8s/tools.yaml'),
  };
  const { environments, diagnostics } = await load(files);

  expect(described(diagnostics)).toEqual([]);
  expect(environments[0]?.resources.get('cluster.dev')?.config['addons']).toEqual({
    'k8s/web.yaml': { path: '/repo-that-is-nowhere/k8s/web.yaml', position: 0, content: digest('kind: Pod\n') },
    'k8s/tools.yaml': { path: '/repo-that-is-nowhere/k8s/tools.yaml', position: 1, content: digest('kind: List\n') },
  });
});

test('each is found at its line', async () => {
  const files = { ...FILES, 'k8s/tools.yaml': '', [MANIFEST]: text('../../k8s/web.yaml', '../../k8s/tools.yaml') };
  const { environments } = await load(files);
  const lineOf = (...names: readonly string[]): number | undefined =>
    environments[0]?.locate('cluster.dev', fieldPath('addons', ...names))?.start.line;

  expect(lineOf('k8s/tools.yaml', 'content')).toBe(6);
  expect(lineOf('k8s/web.yaml')).toBe(5);
  expect(lineOf('gone.yaml')).toBe(4);
});

test('one that is no file, or declared twice, is an error at its line', async () => {
  const { diagnostics } = await load({
    ...FILES,
    [MANIFEST]: text('../../k8s', './nowhere.yaml', '../../k8s/web.yaml', '../../k8s/../k8s/web.yaml'),
  });

  expect(described(diagnostics)).toEqual([
    'local/main.yaml:5:9 error invalid_path: "../../k8s" is a folder (name a file, relative to the file that names it)',
    'local/main.yaml:6:9 error invalid_path: "./nowhere.yaml" does not exist (name a file, relative to the file that names it)',
    'local/main.yaml:8:9 error duplicate_key: "k8s/web.yaml" is declared twice',
  ]);
});

test('a content that git does not hold is told as such', async () => {
  const files = { ...FILES, [MANIFEST]: text('../../k8s/web.yaml') };
  const { environments } = await load(files, { tree: memoryTree(files, (file) => file === MANIFEST) });

  expect(environments[0]?.resources.get('cluster.dev')?.untracked).toEqual([
    { field_path: "$['addons']['k8s/web.yaml']['content']", kind: 'edit', declared: null },
  ]);
});

function text(...files: readonly string[]): string {
  return `clusters:\n  dev:\n    driver: kwok\n    addons:\n${files.map((file) => `      - ${file}\n`).join('')}`;
}
