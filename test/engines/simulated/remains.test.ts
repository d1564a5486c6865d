/** What is left of an environment that no manifest declares any more, found by its name. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { remainsOf } from '../../../src/flow/orphans.ts';
import { openWorkspace, type Workspace } from '../../../src/flow/workspace.ts';
import { manifest, type ServedRepo, servedRepo } from '../../support/served-repo.ts';
import { simulatedDriver } from '../../support/simulated/driver.ts';
import { git, never } from '../../unit/git/scratch-repo.ts';

const FILE = 'environments/local/a.yaml';

async function workspaceOf({ folder, engine }: ServedRepo): Promise<Workspace> {
  const driver = simulatedDriver(engine);
  return openWorkspace(
    {
      directory: folder,
      drivers: { names: ['process'], load: (name) => Promise.resolve(name === 'process' ? driver : null) },
      environment: { HOME: folder },
      changing: false,
    },
    never,
  );
}

/** Served once, and by nobody now; its manifests are gone. */
async function abandoned(): Promise<ServedRepo> {
  const repo = await servedRepo({ [FILE]: manifest({ web: 'one' }) });
  await repo.passed('applied');
  await repo[Symbol.asyncDispose]();
  rmSync(join(repo.folder, 'environments'), { recursive: true });
  git(repo.folder, 'commit', '--quiet', '--all', '--message', 'gone');
  return repo;
}

describe('what is left of an environment', () => {
  it('is found on the engine, also where nothing is recorded', async () => {
    const repo = await abandoned();

    expect((await remainsOf(await workspaceOf(repo), 'local', never))?.name).toBe('local');
    rmSync(join(repo.folder, '.trueup'), { recursive: true });
    expect((await remainsOf(await workspaceOf(repo), 'local', never))?.name).toBe('local');
  });

  it('is not said to be nothing while an engine does not answer on which something is recorded', async () => {
    const repo = await abandoned();
    const workspace = await workspaceOf(repo);
    repo.engine.setOutage('no route to host');

    await expect(remainsOf(workspace, 'local', never)).rejects.toMatchObject({
      code: 'engine_unreachable',
      message: expect.stringContaining('no route to host') as string,
    });
    expect(await remainsOf(workspace, 'other', never)).toBeNull();

    repo.engine.setOutage(null);
    expect((await remainsOf(workspace, 'local', never))?.name).toBe('local');
  });
});
