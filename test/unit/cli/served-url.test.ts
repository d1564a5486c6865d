import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { openServedUrl } from '../../../src/cli/served-url.ts';
import { openWorkspace, type Workspace } from '../../../src/flow/workspace.ts';
import { remoteKey, parseRemoteUrl } from '../../../src/git/remote-url.ts';
import { makeServedFolder, type ServedFolder, servedFolder } from '../../../src/state/served-folder.ts';
import { git, never, repoWith, scratchFolder, write } from '../git/scratch-repo.ts';

const URL = 'https://git.example/acme/shop.git';
const OURS = { 'environments/local/a.yaml': 'services: {}\n' };

/** A URL that was served, whose folder lies in a home that is a repo with an environment of the same name. */
async function served(isForeign: boolean): Promise<{ readonly home: string; readonly folder: ServedFolder }> {
  const home = repoWith(OURS);
  vi.stubEnv('HOME', home);
  vi.stubEnv('XDG_STATE_HOME', join(home, 'state'));
  vi.stubEnv('XDG_RUNTIME_DIR', scratchFolder());
  const folder = servedFolder(remoteKey(parseRemoteUrl(URL)));
  await makeServedFolder(folder, { url: URL, isForeign });
  writeFileSync(join(folder.owners, 'trueup-owner'), '');
  return { home, folder };
}

async function opened(): Promise<{ readonly workspace: Workspace; readonly isReadable: boolean }> {
  await using url = await openServedUrl({ directory: scratchFolder(), signal: never }, URL);
  const { folder = '', ...place } = url.place;
  const drivers = { names: [], load: () => Promise.resolve(null) };
  const workspace = await openWorkspace(
    { directory: folder, drivers, environment: process.env, changing: false, ...place },
    never,
  );
  return { workspace, isReadable: url.isReadable };
}

describe('what was served by URL', () => {
  it.each([true, false])(
    'is itself, and not the repo around it, where its clone is gone (foreign: %s)',
    async (foreign) => {
      const { home, folder } = await served(foreign);
      write(folder.clone, { 'what/a/service': 'wrote' });

      const { workspace, isReadable } = await opened();

      expect(workspace.repository.root).toBe(folder.clone);
      expect([workspace.state.path, workspace.ownersIn]).toEqual([folder.state, folder.owners]);
      expect(workspace.repository.root).not.toBe(home);
      expect([isReadable, workspace.foreign !== null]).toEqual([false, foreign]);
      rmSync(folder.clone, { recursive: true });
      expect((await opened()).workspace.state.path).toBe(folder.state);
    },
  );

  it('is not what its clone was made to lead to', async () => {
    const { home, folder } = await served(true);
    rmSync(folder.clone, { recursive: true });
    symlinkSync(join(home, 'environments'), folder.clone);

    const { workspace, isReadable } = await opened();

    expect([workspace.state.path, workspace.ownersIn, isReadable]).toEqual([folder.state, folder.owners, false]);
  });

  it('says what belongs to it by its manifests where the clone is whole and the operator’s', async () => {
    const { folder } = await served(false);
    git(folder.clone, 'init', '--quiet');
    write(folder.clone, OURS);

    const { workspace, isReadable } = await opened();

    expect([workspace.repository.root, isReadable]).toEqual([folder.clone, true]);
    expect(await workspace.tree.list('environments')).toEqual(['local/']);
  });

  it('is refused where this user has served nothing by that URL', async () => {
    const { folder } = await served(false);
    rmSync(folder.path, { recursive: true });

    await expect(openServedUrl({ directory: '/', signal: never }, URL)).rejects.toMatchObject({ code: 'usage' });
  });
});
