import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  makeServedFolder,
  readServedRevision,
  servedAround,
  servedFolder,
  writeServedRevision,
} from '../../../src/state/served-folder.ts';

function home(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'trueup-test-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const REVISION = { url: 'https://example.com/a', ref: 'branch main', commit: 'a'.repeat(40), tag: null };

describe('the folder of a repo that is served by URL', () => {
  it('lies in the state folder of the user, and its cache does not', () => {
    const folder = servedFolder('key', { HOME: '/home/me', XDG_STATE_HOME: 'relative', XDG_CACHE_HOME: '/cache' });

    expect(folder.clone).toBe('/home/me/.local/state/trueup/served/key/clone');
    expect(folder.cache).toBe('/cache/trueup/git/key');
  });

  it('remembers what was verified last, and knows nothing where that is damaged or newer', async () => {
    const folder = servedFolder('key', { HOME: home() });
    await makeServedFolder(folder, { url: REVISION.url, isForeign: false });

    expect(await readServedRevision(folder)).toBeNull();
    await writeServedRevision(folder, REVISION);
    expect(await readServedRevision(folder)).toMatchObject(REVISION);
    for (const text of [
      '',
      '{}',
      '{"format_version":"2.0"}',
      JSON.stringify({ format_version: '1.0', ...REVISION, commit: '--x' }),
    ]) {
      writeFileSync(join(folder.path, 'revision.json'), text);
      expect(await readServedRevision(folder), text).toBeNull();
    }
  });

  it('is found by who works in its clone, also behind a link, and by nobody else', async () => {
    const [real, linked] = [home(), join(home(), 'link')];
    symlinkSync(real, linked);
    const folder = servedFolder('key', { HOME: real });
    await makeServedFolder(folder, { url: REVISION.url, isForeign: true });
    mkdirSync(join(real, 'other', 'clone'), { recursive: true });

    expect(await servedAround(folder.clone, { HOME: linked })).toEqual({
      state: folder.state,
      owners: folder.owners,
      isForeign: true,
    });
    expect(await servedAround(join(real, 'other', 'clone'), { HOME: real })).toBeNull();
    expect(await servedAround(folder.path, { HOME: real })).toBeNull();
    await makeServedFolder(folder, { url: REVISION.url, isForeign: false });
    expect(await servedAround(folder.clone, { HOME: real })).toMatchObject({ isForeign: false });
  });
});
