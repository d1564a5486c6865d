import { describe, expect, it } from 'vitest';
import { isRemoteUrl, maskUrls, parseRemoteUrl, remoteKey } from '../../../src/git/remote-url.ts';
import { containing } from './scratch-repo.ts';

describe('the URL of a remote', () => {
  it.each([
    ['https://example.com/a/b.git', 'https', 'https://example.com/a/b.git'],
    ['HTTPS://user:pass@Example.com/a', 'https', 'https://example.com/a'],
    ['ssh://git@example.com:2222/a.git', 'ssh', 'ssh://git@example.com:2222/a.git'],
    ['git@example.com:a/b.git', 'ssh', 'git@example.com:a/b.git'],
    ['example.com:a', 'ssh', 'example.com:a'],
    ['[::1]:a', 'ssh', '[::1]:a'],
    ['git+ssh://git@example.com/a', 'ssh', 'git+ssh://git@example.com/a'],
    ['file:///srv/a.git', 'file', 'file:///srv/a.git'],
    ['/srv/a.git', 'file', '/srv/a.git'],
  ])('%s goes over %s', (text, transport, shown) => {
    expect(parseRemoteUrl(text)).toMatchObject({ transport, shown });
  });

  it('gives up its credentials, decoded', () => {
    const of = (text: string): unknown => parseRemoteUrl(text).credentials;

    expect(of('https://me:p%40ss@example.com/a')).toEqual({ username: 'me', password: 'p@ss' });
    expect(of('https://token@example.com/a')).toEqual({ username: 'token', password: null });
    expect(of('https://:pass@example.com/a')).toEqual({ username: '', password: 'pass' });
    expect(of('https://example.com/a')).toBeNull();
  });

  it.each(['ext::sh -c touch% /tmp/x', 'ext::true', 'fd::3', 'ftp://example.com/a', 'foo://example.com/a'])(
    '%s is refused',
    (text) => {
      expect(() => parseRemoteUrl(text)).toThrow();
    },
  );

  it.each([
    ['-oProxyCommand=x:a'],
    ['git@-oProxyCommand=x:a'],
    ['ssh://-oProxyCommand=x/a'],
    ['ssh://-x@example.com/a'],
    ['https://example.com/a\n--upload-pack=x'],
    ['https:///a'],
    ['relative/folder'],
    ['--upload-pack=x'],
  ])('%j is none', (text) => {
    expect(() => parseRemoteUrl(text)).toThrow(expect.objectContaining({ code: 'usage' }));
  });

  it.each([
    'https://me:s3cr3t@exa mple.com/a',
    'https://me:s3cr3t@example.com/a?x=1',
    'https://example.com/a?private_token=s3cr3t',
    'ssh://me:s3cr3t@example.com/a',
    'me:s3cr3t@example.com/a',
    'https://me:%zzs3cr3t@example.com/a',
  ])('%s is refused without a word of its password', (text) => {
    let message = '';
    try {
      parseRemoteUrl(text);
    } catch (error) {
      message = JSON.stringify([String(error), error]);
    }

    expect(message).toContain('no URL');
    expect(message).not.toContain('s3cr3t');
  });

  it('has one key however it is spelt, whoever asks', () => {
    const keys = ['https://example.com/a', 'https://example.com/a.git', 'https://me:pass@EXAMPLE.com/a/'].map((text) =>
      remoteKey(parseRemoteUrl(text)),
    );

    expect(new Set(keys).size).toBe(1);
    expect(remoteKey(parseRemoteUrl('https://example.com/A'))).not.toBe(keys[0]);
  });

  it('is told apart from a folder', () => {
    const urls = ['https://x/y', 'git@x:y', 'ext::x', 'ssh://x/y'];
    const folders = ['.', '..', 'shop', './a:b', '/srv/shop', '~/shop', 'a/b'];

    expect(urls.map(isRemoteUrl)).toEqual(urls.map(() => true));
    expect(folders.map(isRemoteUrl)).toEqual(folders.map(() => false));
  });
});

describe('what git says', () => {
  it('is masked wherever it holds credentials', () => {
    const credentials = { username: 'abcdefghijk', password: 'p@ss/word' };
    const said = `unable to access 'https://me:x@example.com/a': for https://tok@example.com ssh://u:p@h/ 'p@ss/word' p%40ss%2Fword abcdefghijk`;

    const masked = maskUrls(said, credentials);

    expect(masked).toBe(
      `unable to access 'https://(secret)@example.com/a': for https://(secret)@example.com ssh://(secret)@h/ '(secret)' (secret) (secret)`,
    );
    expect(maskUrls('From ssh://git@example.com/a')).toEqual(containing('git@example.com'));
  });
});
