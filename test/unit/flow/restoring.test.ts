import { pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { archiveChunks } from '../../../src/files/archive-chunks.ts';
import { chooseSnapshots } from '../../../src/flow/restoring.ts';
import type { Workspace } from '../../../src/flow/workspace.ts';
import { openBackups } from '../../../src/state/backups.ts';
import { stateFolder } from '../../../src/state/folder.ts';
import { environment } from '../../support/builders.ts';
import { volume } from '../../support/planning.ts';
import { never, scratchFolder } from '../state/scratch.ts';

async function* archive(): AsyncGenerator<Uint8Array> {
  const packed = pack();
  packed.entry({ name: './data' }, 'precious');
  packed.finalize();
  yield* archiveChunks(packed);
}

describe('the snapshots that are put back', () => {
  it('are those of the volume itself, where something else went by its key on another engine', async () => {
    const state = stateFolder(scratchFolder());
    const data = volume('data');
    const revision = { commit: null, dirty: true };
    const subject = { volume: 'data', name: data.name, project: 'shop', environment: 'local', run: 'RUN1', revision };
    const options = { kept: 3, now: 0, signal: never };
    await openBackups(state).take({ ...subject, engine: data.engine }, archive, options);
    await openBackups(state).take({ ...subject, engine: 'elsewhere' }, archive, options);

    const { snapshots } = await chooseSnapshots({ state } as Workspace, environment([data]), null, never);

    expect(snapshots.get(data.address)?.engine).toBe(data.engine);
  });
});
