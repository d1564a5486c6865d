import { writeFile } from 'node:fs/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { knownMachine } from '../../../../../src/drivers/lima/actuate/machine-at.ts';
import { machineFiles } from '../../../../../src/drivers/lima/places.ts';
import { lookAtSnapshots } from '../../../../../src/drivers/lima/snapshots/look.ts';
import { listed, toldHome } from '../told-home.ts';

describe('the snapshots of a machine that is not of QEMU', () => {
  it('are none, also where nobody has the tools of QEMU', async () => {
    await using home = await toldHome({}, () => listed('Stopped', { vmType: 'vz' }));
    await writeFile(machineFiles(home.limactl.engine, 'demo-box').disk, '');
    vi.stubEnv('PATH', home.home);
    onTestFinished(() => void vi.unstubAllEnvs());

    const sight = await lookAtSnapshots(await knownMachine(home, 'demo-box'), home.context.signal);

    expect(sight).toEqual({ records: [], ours: [], foreign: [] });
  });
});
