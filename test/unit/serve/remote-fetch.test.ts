import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { bring, type RemoteFetchOptions } from '../../../src/serve/sources/remote-fetch.ts';
import { Refusals } from '../../../src/serve/sources/refusals.ts';
import { servedFolder } from '../../../src/state/served-folder.ts';
import { accessTo, testRemote } from '../git/remote-repo.ts';
import { git, never, scratchFolder } from '../git/scratch-repo.ts';

describe('a repo of somebody else', () => {
  it('has none of its files in place while one of its links leads out of it', async () => {
    const remote = testRemote({ a: '1' });
    symlinkSync('/etc', join(remote.work, 'out'));
    remote.push({});
    const home = scratchFolder();
    vi.stubEnv('XDG_RUNTIME_DIR', home);
    const folder = servedFolder('key', { HOME: home });
    const options: RemoteFetchOptions = {
      access: accessTo(remote.url),
      folder,
      verify: null,
      isForeign: true,
      refusals: new Refusals({ now: () => 1 }),
    };

    await expect(bring(options, { kind: 'default' }, null, never)).rejects.toMatchObject({
      code: 'commit_refused',
      fields: { reason: 'outward_link', paths: ['out'] },
    });
    expect(existsSync(join(folder.clone, 'a'))).toBe(false);
    git(remote.work, 'rm', '--quiet', 'out');
    remote.push({});
    await bring(options, { kind: 'default' }, null, never);
    expect(readFileSync(join(folder.clone, 'a'), 'utf8')).toBe('1');
  });

  it.each([
    ['sends more than it may, of which nothing stays', randomBytes(2 ** 20).toString('hex'), false],
    ['packs more than that into little', '0'.repeat(3 * 2 ** 20), true],
  ])('has none of its files in place where it %s', async (_, content, staysCached) => {
    const remote = testRemote({ a: '1' });
    remote.push({ big: content });
    const home = scratchFolder();
    vi.stubEnv('XDG_RUNTIME_DIR', home);
    const folder = servedFolder('key', { HOME: home });
    const plain = accessTo(remote.url);
    const access = { ...plain, limits: { ...plain.limits, maxBytes: 2 ** 20 } };
    const options: RemoteFetchOptions = {
      access,
      folder,
      verify: null,
      isForeign: true,
      refusals: new Refusals({ now: () => 1 }),
    };

    await expect(bring(options, { kind: 'default' }, null, never)).rejects.toMatchObject({ code: 'remote_too_large' });

    expect([existsSync(join(folder.clone, 'a')), existsSync(folder.cache)]).toEqual([false, staysCached]);
  });
});
