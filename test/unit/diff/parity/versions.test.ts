import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { imageDifference } from '../../../../src/diff/parity/image-difference.ts';
import { compareVersions } from '../../../../src/diff/parity/versions.ts';

describe('versions of images', () => {
  it.each([
    ['16.2', '16.2', 'same'],
    ['v1.4.0', '1.4.0', 'same'],
    ['2024.01', '2024.1', 'same'],
    ['1.4.0', '1.4.1', 'patch'],
    ['1.4.0-rc.1', '1.4.0', 'patch'],
    ['3.13.0rc1', '3.13.0rc2', 'patch'],
    ['16.2', '16.3', 'minor'],
    ['1.26-alpine', '1.27-bookworm', 'minor'],
    ['0.4.1', '0.5.0', 'major'],
    ['0.5.0', '0.5.1', 'patch'],
    ['15', '16', 'major'],
    ['9.6', '16', 'major'],
    ['3.12-slim', '3.12-alpine3.20', 'variant'],
    ['3.12', '3.12-alpine', 'variant'],
    ['16', '16.2', 'unknown'],
    ['latest', '1.2', 'unknown'],
    ['bookworm', 'bullseye', 'unknown'],
    ['20240101', '20240201', 'unknown'],
    ['alpine', '3.12-alpine', 'unknown'],
  ])('of %s and %s are %s', (left, right, relation) => {
    expect(compareVersions(left, right)).toBe(relation);
  });

  const tag = fc.oneof(
    fc.constantFrom('latest', 'main', 'v1', '1-alpine', ''),
    fc
      .tuple(fc.nat(3), fc.nat(3), fc.nat(3), fc.constantFrom('', '-rc.1', '-slim', '-rc1-slim'))
      .map(([major, minor, patch, suffix]) => `${major}.${minor}.${patch}${suffix}`),
    fc.string(),
  );

  test.prop([tag, tag])('compare the same both ways, and no tag with itself as other', (left, right) => {
    expect(compareVersions(left, right)).toBe(compareVersions(right, left));
    expect(compareVersions(left, left)).toBe('same');
  });
});

describe('what two images differ in', () => {
  const digest = (letter: string): string => `@sha256:${letter.repeat(64)}`;

  it.each([
    ['redis:7', 'docker.io/library/redis:7', 'registry'],
    ['redis:7', 'localhost:5000/redis:7', 'registry'],
    ['acme/api:1.0', 'mirror.test/hub/acme/api:1.0', 'registry'],
    ['redis:7', 'quay.io/bitnami/redis:7', 'other_image'],
    ['acme/api:1.0', 'other/api:1.0', 'other_image'],
    ['redis', 'redis:latest', 'registry'],
    [`redis${digest('a')}`, `mirror.test/redis${digest('a')}`, 'registry'],
    [`redis:7${digest('a')}`, `redis:7${digest('b')}`, 'other_digest'],
    [`redis:7.1${digest('a')}`, `redis:7.2${digest('b')}`, 'minor'],
    [`redis${digest('a')}`, 'redis:7', 'digest_against_tag'],
    ['mirror.test/redis:7.1', 'redis:8.0', 'major'],
  ])('is of %s and %s %s', (left, right, difference) => {
    expect([imageDifference(left, right), imageDifference(right, left)]).toEqual([difference, difference]);
  });

  it('is nothing where one of them is no reference', () => {
    expect(imageDifference('redis:7', null)).toBeNull();
  });
});
