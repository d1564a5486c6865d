import { expect, test } from 'vitest';
import { devClusterState } from '../../../src/model/dev-cluster.ts';

test.each([
  ['running', 'healthy', 'running'],
  ['running', 'none', 'running'],
  ['running', 'unknown', 'running'],
  ['running', 'starting', 'starting'],
  ['running', 'unhealthy', 'error'],
  ['created', 'none', 'starting'],
  ['restarting', 'none', 'starting'],
  ['stopped', 'none', 'stopped'],
  ['paused', 'none', 'stopped'],
  ['dead', 'none', 'error'],
  ['failed', 'none', 'error'],
  [null, 'none', 'error'],
] as const)('a cluster that is %s (%s) is %s in the words of the tools around it', (state, health, expected) => {
  expect(devClusterState({ run_state: state, health })).toBe(expected);
});
