import { expect, test } from 'vitest';
import { mirrorFiles, readMirrors } from '../../../../../src/drivers/kind/nodes/mirrors.ts';

const MIRRORS = {
  'docker.io': ['https://one.example', 'http://two.example:5000'],
  'ghcr.io': ['https://three.example'],
};

test('mirrors are read back as they were written, in their order', () => {
  const files = mirrorFiles(MIRRORS);

  expect(Object.keys(files)).toEqual(['docker.io/hosts.toml', 'ghcr.io/hosts.toml']);
  expect(readMirrors(new Map(Object.entries(files)))).toEqual(MIRRORS);
});

test('the registry itself is asked where no mirror answers', () => {
  expect(mirrorFiles(MIRRORS)['ghcr.io/hosts.toml']).toContain('server = "https://ghcr.io"');
  expect(mirrorFiles(MIRRORS)['docker.io/hosts.toml']).toContain('server = "https://registry-1.docker.io"');
});

test('a file without mirrors is none', () => {
  expect(readMirrors(new Map(Object.entries(mirrorFiles({ 'docker.io': [] }))))).toEqual({});
});

test('what others have written is read, too', () => {
  const text = `[host.'http://registry:5000']\n  capabilities = ["pull"]\n`;

  expect(readMirrors(new Map([['localhost:5000/hosts.toml', text]]))).toEqual({
    'localhost:5000': ['http://registry:5000'],
  });
});
