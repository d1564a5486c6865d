import { describe, expect, it } from 'vitest';
import { nearestTags, newestTag } from '../../../src/git/newest-tag.ts';
import { parseRemoteSpec } from '../../../src/git/ref-spec.ts';

const URL = 'https://example.com/a.git';

describe('what is wanted of a remote', () => {
  it.each([
    [URL, {}, { kind: 'default' }],
    [`${URL}#main`, {}, { kind: 'name', name: 'main' }],
    [`${URL}#feature/x`, {}, { kind: 'name', name: 'feature/x' }],
    [`${URL}#refs/heads/main`, {}, { kind: 'branch', name: 'main' }],
    [`${URL}#tags/v1`, {}, { kind: 'tag', name: 'v1' }],
    [`${URL}#semver:^1.2 || 3.x`, {}, { kind: 'semver', range: '^1.2 || 3.x' }],
    [URL, { branch: 'main' }, { kind: 'branch', name: 'main' }],
    [URL, { tag: 'v1' }, { kind: 'tag', name: 'v1' }],
    [URL, { semver: '~2' }, { kind: 'semver', range: '~2' }],
    [URL, { commit: 'ABCDEF0' }, { kind: 'commit', commit: 'abcdef0' }],
  ])('is read from %s with %j', (text, options, ref) => {
    expect(parseRemoteSpec(text, options)).toMatchObject({ url: { shown: URL }, ref });
  });

  it.each([
    [`${URL}#`, {}],
    [`${URL}#-x`, {}],
    [`${URL}#a..b`, {}],
    [`${URL}#a b`, {}],
    [`${URL}#semver:latest`, {}],
    [`${URL}#main`, { tag: 'v1' }],
    [URL, { branch: 'main', tag: 'v1' }],
    [URL, { branch: 'a.lock' }],
    [URL, { branch: '--upload-pack=x' }],
    [URL, { tag: 'x:y' }],
    [URL, { semver: '' }],
    [URL, { commit: 'abc' }],
    [URL, { commit: 'main' }],
  ])('is refused: %s with %j', (text, options) => {
    expect(() => parseRemoteSpec(text, options)).toThrow(expect.objectContaining({ code: 'usage' }));
  });
});

describe('the newest tag of a range', () => {
  const tags = ['v1.2.0', '1.10.0', 'v1.9.9', 'v2.0.0-rc.1', 'v2.0.0-rc.2', 'latest', '1.11', 'v01.2.3', 'release-9'];

  it.each([
    ['^1', '1.10.0'],
    ['1.2.x', 'v1.2.0'],
    ['*', '1.10.0'],
    ['>=2.0.0-rc.0', 'v2.0.0-rc.2'],
    ['^2.0.0-rc.1', 'v2.0.0-rc.2'],
    ['^2', null],
    ['>3', null],
  ])('%s is %s', (range, tag) => {
    expect(newestTag(tags, range)).toBe(tag);
  });

  it('is the same whatever the order', () => {
    expect(newestTag(['v1.0.0', '1.0.0'], '^1')).toBe(newestTag(['1.0.0', 'v1.0.0'], '^1'));
  });

  it('that nothing fits has neighbours below and above', () => {
    const versions = ['1.0.0', '1.1.0', '2.0.0', '4.0.0', '5.0.0', '6.0.0', '7.0.0'];

    expect(nearestTags(versions, '^3')).toEqual(['5.0.0', '4.0.0', '2.0.0', '1.1.0', '1.0.0']);
    expect(nearestTags(['1.0.0'], '^3')).toEqual(['1.0.0']);
    expect(nearestTags(['4.0.0', '5.0.0', '6.0.0'], '^3')).toEqual(['6.0.0', '5.0.0', '4.0.0']);
    expect(nearestTags(['x'], '^3')).toEqual([]);
  });
});
