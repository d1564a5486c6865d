import { expect, test } from 'vitest';
import { limitsOf } from '../../../../src/drivers/kind/survey.ts';

const ENOUGH = { max_user_watches: 524_288, max_user_instances: 1024 };

test('of a machine that lacks nothing its node images are told', () => {
  expect(limitsOf({ images: ['v1.36.3', 'v1.35.1'], cgroups: '2', inotify: ENOUGH })).toEqual([
    'node images: v1.36.3, v1.35.1',
  ]);
});

test('what keeps nodes from starting is told with what mends it', () => {
  const limits = limitsOf({ images: [], cgroups: '1', inotify: { ...ENOUGH, max_user_instances: 128 } });

  expect(limits).toEqual([
    'no node image is there: `docker pull kindest/node:<version>`, or apply pulls one',
    'cgroups are of version 1, with which Kubernetes from 1.35 on does not start by itself',
    'fs.inotify.max_user_instances is 128, too few for several nodes: `sysctl fs.inotify.max_user_instances=512`',
  ]);
});

test('of another machine nobody knows such limits', () => {
  expect(limitsOf({ images: ['v1.36.3'], cgroups: null, inotify: null })).toEqual(['node images: v1.36.3']);
});
