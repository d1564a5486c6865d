import { expect, test } from 'vitest';
import { silenceOf } from '../../../../../src/drivers/kind/actuate/is-silent.ts';
import type { ClusterSight, LiveCluster } from '../../../../../src/drivers/kind/observe/sight.ts';
import { controlFiles } from '../../../../support/kind/fake-nodes.ts';

const FILES = { control: controlFiles(), kept: {}, kubeconfigs: [], mirrors: [] };
const KEYLESS = { ...FILES, control: controlFiles({ 'admin.conf': null }) };
const CARRIED = { control_plane: {}, workers: {} };
const LIVE: LiveCluster = {
  version: '1.36.3',
  carried: CARRIED,
  addons: {},
  isWhole: true,
  contents: { objects: [], images: [] },
};

test.each<readonly [string, Partial<ClusterSight>, number, boolean | null]>([
  ['answers', { live: LIVE }, 0, false],
  ['answers after all', { live: LIVE }, 20_000, false],
  ['did not answer one look', {}, 1_000, null],
  ['answers none', {}, 10_000, true],
  ['has nobody listen', { isDown: true }, 0, true],
  ['nobody has a key to', { files: KEYLESS }, 0, true],
])('what %s', (_, changed, lookedForMs, expected) => {
  expect(silenceOf({ live: null, isDown: false, files: FILES, ...changed }, lookedForMs)).toBe(expected);
});
