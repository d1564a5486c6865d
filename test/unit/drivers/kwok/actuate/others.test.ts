import { expect, test } from 'vitest';
import { isLeftOver } from '../../../../../src/drivers/kwok/actuate/others.ts';

const OURS = ['/state/kwok/clusters/demo-dev/kwokctl.yaml'];

test.each([
  ['ours', ['/usr/bin/kwokctl', 'create', 'cluster', '--name', 'demo-dev', '--config', OURS[0] ?? ''], true],
  ['that of a person who reads its log', ['kwokctl', 'logs', '-f', 'etcd', '--name', 'demo-dev'], false],
  ['of another root', ['kwokctl', 'start', 'cluster', '--name', 'demo-dev', '--config', '/other/kwokctl.yaml'], false],
  ['an editor of the same file', ['vi', '--config', OURS[0] ?? ''], false],
])('a kwokctl is %s, and only what a killed trueup has left behind is', (_, words, expected) => {
  expect(isLeftOver(words, OURS)).toBe(expected);
});
