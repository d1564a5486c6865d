import { expect, test } from 'vitest';
import { isVersion, minorsAhead, skewProblems } from '../../../src/model/kubernetes-versions.ts';

test.each([
  ['v1.36', 'v1.36.3', true],
  ['1.36', 'v1.36.0', true],
  ['v1.36.3', 'v1.36.3', true],
  ['v1.36.3', 'v1.36.3+k3s1', true],
  ['v1.36.1', 'v1.36.3', false],
  ['v1.3', 'v1.36.3', false],
])('declared as %s, running as %s: %s', (declared, running, expected) => {
  expect(isVersion(declared, running)).toBe(expected);
});

test.each([
  ['v1.36.0', []],
  ['v1.33.9', []],
  ['v1.32.0', ['node n runs v1.32.0, too far behind its API server v1.36.3']],
  ['v1.37.0', ['node n runs v1.37.0, ahead of its API server v1.36.3']],
  ['fake', []],
])('a node of %s beside a server of v1.36.3', (version, problems) => {
  expect(skewProblems('v1.36.3', [{ name: 'n', version }])).toEqual(problems);
});

test.each([
  ['v1.36.3', 'v1.36.0', 0],
  ['v1.37.0', 'v1.36.9', 1],
  ['1.33', 'v1.36.0', -3],
  ['v2.0', 'v1.99', Number.POSITIVE_INFINITY],
  ['fake', 'v1.36.0', null],
])('%s is ahead of %s by %s', (version, other, ahead) => {
  expect(minorsAhead(version, other)).toBe(ahead);
});
