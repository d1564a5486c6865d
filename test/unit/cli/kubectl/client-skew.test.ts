import { expect, it, test } from 'vitest';
import { skewWarning, versionIn } from '../../../../src/cli/kubectl/client-skew.ts';

test.each([
  ['v1.36.3', '1.36.0', false],
  ['v1.35.9', '1.36.3', false],
  ['v1.37.0', '1.36.3', false],
  ['v1.34.1', '1.36.3', true],
  ['v1.38.0', '1.36.3', true],
  ['v2.0.0', '1.36.3', true],
  ['what', '1.36.3', false],
  [null, '1.36.3', false],
  ['v1.20.0', null, false],
])('kubectl %s and a server %s: warned of is %s', (client, server, isWarned) => {
  expect(skewWarning(client, server) !== null).toBe(isWarned);
});

it('says which of the two is ahead', () => {
  expect(skewWarning('v1.32.3', '1.36.3')).toBe(
    'warning: kubectl v1.32.3 is more than one minor version behind the API server 1.36.3: some of what it asks for may be unknown there',
  );
});

test.each([
  ['{"clientVersion":{"gitVersion":"v1.36.3"},"kustomizeVersion":"v5"}', 'v1.36.3'],
  ['{"clientVersion":{}}', null],
  ['Client Version: v1.2', null],
])('the version in %s is %s', (text, version) => {
  expect(versionIn(text)).toBe(version);
});
