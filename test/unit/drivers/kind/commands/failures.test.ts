import { expect, test } from 'vitest';
import { complaintOf, refused } from '../../../../../src/drivers/kind/commands/failures.ts';
import { assertReading } from '../../../../../src/drivers/kind/commands/docker.ts';

const ENGINE = { name: 'docker', place: 'unix:///run/docker.sock', environment: {} };

test.each<readonly [string, string]>([
  [
    'ERROR: failed to create cluster: failed to pull image "kindest/node:v1.37.0@sha256:x": command failed',
    'image_not_found',
  ],
  [
    'docker: Error response from daemon: driver failed: Bind for 0.0.0.0:80 failed: port is already allocated',
    'port_in_use',
  ],
  ['ERROR: failed to create cluster: node(s) already exist for a cluster with the name "dev"', 'name_in_use'],
  [
    'Cannot connect to the Docker daemon at unix:///run/docker.sock. Is the docker daemon running?',
    'engine_unreachable',
  ],
  ['ERROR: something else', 'step_failed'],
])('%s is %s', (stderr, code) => {
  expect(refused(ENGINE, 'kind create cluster', stderr).code).toBe(code);
});

test('of all that kind writes only the reason is told, without signs for terminals', () => {
  const stderr = [
    'Creating cluster "dev" ...',
    ' \u001B[32m✓\u001B[0m Ensuring node image (kindest/node:v1.36.3) 🖼',
    ' \u001B[31m✗\u001B[0m Preparing nodes 📦',
    'ERROR: failed to create cluster: command "docker run" failed with error: exit status 125',
    'Command Output: abc',
    'docker: Error response from daemon: port is already allocated',
  ].join('\n');

  expect(complaintOf(stderr)).toBe(
    'failed to create cluster: command "docker run" failed with error: exit status 125: docker: Error response from daemon: port is already allocated',
  );
});

test.each([['run', 'x'], ['cp', '-', 'node:/'], ['cp', 'file', 'node:/'], ['exec', 'node', 'ls'], ['rm', 'node'], []])(
  'an observer never runs docker %s',
  (...args) => {
    expect(() => assertReading(args)).toThrow('must not run');
  },
);

test.each([['ps', '--all'], ['inspect', 'x'], ['cp', 'node:/etc', '-'], ['events']])(
  'an observer may run docker %s',
  (...args) => {
    expect(() => assertReading(args)).not.toThrow();
  },
);
