import { describe, expect, it } from 'vitest';
import {
  canonicalReference,
  familiarReference,
  parseImageReference,
} from '../../../../../src/drivers/docker/registry/image-reference.ts';

const SHA = `sha256:${'f'.repeat(64)}`;
const SHA512 = `sha512:${'f'.repeat(128)}`;
const HEX = '1a3f5e7d9c1b3a5f7e9d1c3b5a7f9e1d3c5b7a9f1e3d5d7c9b1a3f5e7d9c1b3a';

/** What is written, the registry and the path that it means, and its tag or digest. */
const NAMED: readonly (readonly [text: string, registry: string, repository: string, version: string])[] = [
  ['busybox', 'docker.io', 'library/busybox', ':latest'],
  ['busybox:1', 'docker.io', 'library/busybox', ':1'],
  ['docker.io/busybox', 'docker.io', 'library/busybox', ':latest'],
  ['index.docker.io/busybox', 'docker.io', 'library/busybox', ':latest'],
  ['index.docker.io/library/busybox', 'docker.io', 'library/busybox', ':latest'],
  ['library/busybox', 'docker.io', 'library/busybox', ':latest'],
  ['docker.io/library/foo/bar', 'docker.io', 'library/foo/bar', ':latest'],
  ['acme/shop', 'docker.io', 'acme/shop', ':latest'],
  ['acme/shop/api:2', 'docker.io', 'acme/shop/api', ':2'],
  ['test_com/foo', 'docker.io', 'test_com/foo', ':latest'],
  ['foo/foo_bar.com:8080', 'docker.io', 'foo/foo_bar.com', ':8080'],
  ['test.com', 'docker.io', 'library/test.com', ':latest'],
  ['test.com:5000', 'docker.io', 'library/test.com', ':5000'],
  ['192.168.0.1:80', 'docker.io', 'library/192.168.0.1', ':80'],
  ['localhost', 'docker.io', 'library/localhost', ':latest'],
  ['localhost/foo', 'localhost', 'foo', ':latest'],
  ['localhost:5000/foo', 'localhost:5000', 'foo', ':latest'],
  ['test.com/foo', 'test.com', 'foo', ':latest'],
  ['test:5000/repo:tag', 'test:5000', 'repo', ':tag'],
  ['xn--n3h.com:18080/foo', 'xn--n3h.com:18080', 'foo', ':latest'],
  ['b.gcr.io/test.example.com/my-app:test.example.com', 'b.gcr.io', 'test.example.com/my-app', ':test.example.com'],
  ['127.0.0.1:5000/docker/docker', '127.0.0.1:5000', 'docker/docker', ':latest'],
  ['[2001:db8::1]/repo', '[2001:db8::1]', 'repo', ':latest'],
  ['[::1]:5000/repo:tag', '[::1]:5000', 'repo', ':tag'],
  ['Foo/bar', 'Foo', 'bar', ':latest'],
  ['lowercase:Uppercase', 'docker.io', 'library/lowercase', ':Uppercase'],
  ['dock__er/docker---rules', 'docker.io', 'dock__er/docker---rules', ':latest'],
  ['jess/t', 'docker.io', 'jess/t', ':latest'],
  [`redis@${SHA}`, 'docker.io', 'library/redis', `@${SHA}`],
  [`test:5000/repo@${SHA}`, 'test:5000', 'repo', `@${SHA}`],
  [`test:5000/repo:tag@${SHA}`, 'test:5000', 'repo', `@${SHA}`],
  [`xn--7o8h.com/myimage:t@${SHA512}`, 'xn--7o8h.com', 'myimage', `@${SHA512}`],
  [`docker.io/${HEX}`, 'docker.io', `library/${HEX}`, ':latest'],
  [HEX.slice(1), 'docker.io', `library/${HEX.slice(1)}`, ':latest'],
  [`${'a/'.repeat(100)}a:tag`, 'docker.io', `${'a/'.repeat(100)}a`, ':tag'],
  [`foo:${'t'.repeat(128)}`, 'docker.io', 'library/foo', `:${'t'.repeat(128)}`],
];

const REFUSED: readonly string[] = [
  '',
  ':justtag',
  `@${SHA}`,
  'https://github.com/docker/docker',
  'Uppercase:tag',
  'docker/Docker',
  'test:5000/Uppercase/lowercase:tag',
  '-docker',
  '-docker.io/docker/docker',
  'docker-/docker',
  'docker///docker',
  'docker/',
  '_docker/_docker',
  '____/____',
  'dock..er/docker',
  'dock_.er/docker',
  'dock-.er/docker',
  'foo:-tag',
  'foo:tag:tag',
  'foo ',
  'foo\n',
  `foo:${'t'.repeat(129)}`,
  'aa/asdf$$^/aa',
  'repo@sha256:ffffffffffffffffffffffffffffffffff',
  `repo@invaliddigest:${'f'.repeat(64)}`,
  `repo@SHA256:${'f'.repeat(64)}`,
  `repo@sha256:${'F'.repeat(64)}`,
  '[fc00::1]',
  '[fc00::1]:5000',
  'fc00::1:5000/debian',
  '[fe80::1%eth0]:5000/debian',
  '[2001:db8:3:4::192.0.2.33]:5000/debian',
  `${'a/'.repeat(128)}a:tag`,
];

describe('parseImageReference', () => {
  it.each(NAMED)('reads %j as the engine does', (text, registry, repository, version) => {
    const reference = parseImageReference(text);

    expect(reference).toMatchObject({ kind: 'named', registry, repository });
    expect(reference === null ? null : canonicalReference(reference)).toBe(`${registry}/${repository}${version}`);
  });

  it.each(REFUSED)('refuses %j', (text) => {
    expect(parseImageReference(text)).toBeNull();
  });

  it('takes 64 hexadecimal digits for the id of an image', () => {
    expect(parseImageReference(HEX)).toEqual({ kind: 'id', id: `sha256:${HEX}` });
    expect(parseImageReference(`sha256:${HEX}`)).toEqual({ kind: 'id', id: `sha256:${HEX}` });
  });

  it('keeps a tag beside a digest, which alone decides', () => {
    expect(parseImageReference(`busybox:1@${SHA}`)).toMatchObject({ tag: '1', digest: SHA });
    expect(parseImageReference(`busybox@${SHA}`)).toMatchObject({ tag: null, digest: SHA });
  });
});

describe('familiarReference', () => {
  it.each([
    ['docker.io/library/busybox', 'busybox:latest'],
    ['busybox:1', 'busybox:1'],
    ['docker.io/library/foo/bar', 'library/foo/bar:latest'],
    ['index.docker.io/acme/shop:2', 'acme/shop:2'],
    ['localhost:5000/foo', 'localhost:5000/foo:latest'],
    ['docker.io/localhost/foo', 'docker.io/localhost/foo:latest'],
    [`busybox:1@${SHA}`, `busybox@${SHA}`],
    [HEX, `sha256:${HEX}`],
  ])('writes %j as %j, which means the same', (text, familiar) => {
    const reference = parseImageReference(text);

    const again = parseImageReference(familiar);
    expect(reference === null ? null : familiarReference(reference)).toBe(familiar);
    expect(again === null ? null : canonicalReference(again)).toBe(reference && canonicalReference(reference));
  });
});
