import { expect, test } from 'vitest';
import { clusterWord } from '../../../src/cli/clusters.ts';

test.each([
  ['dev', 'cluster.dev'],
  ['local/dev', 'local/cluster.dev'],
  ['cluster.dev', 'cluster.dev'],
  ['local/cluster.dev', 'local/cluster.dev'],
  ['a.b', 'cluster.a.b'],
  ['local/vm.builder', 'local/vm.builder'],
  ['', ''],
])('where a cluster is meant, %o is %o', (word, meant) => {
  expect(clusterWord(word)).toBe(meant);
});
