import { describe, expect, it } from 'vitest';
import { assertMemory, assertSpace } from '../../../../../src/drivers/libvirt/actuate/room.ts';
import { toldVirsh } from '../told-virsh.ts';

const SIGNAL = new AbortController().signal;

describe('room on a host', () => {
  it('is none where it says that none is left', async () => {
    const full = toldVirsh((command) =>
      command === 'nodememstats'
        ? { stdout: 'total  :  8000 KiB\nfree   :  0 KiB\nbuffers:  0 KiB\ncached :  0 KiB\n' }
        : { stdout: '<pool><available>0</available></pool>' },
    );

    await expect(assertMemory(full, 'box', 1, SIGNAL)).rejects.toThrow('of memory to give');
    await expect(assertSpace(full, 'a disk', 1, SIGNAL)).rejects.toThrow('left');
  });

  it('is not asked for where it does not say', async () => {
    const silent = toldVirsh(() => ({ stdout: '<pool/>' }));

    await expect(assertMemory(silent, 'box', 1, SIGNAL)).resolves.toBeUndefined();
    await expect(assertSpace(silent, 'a disk', 1, SIGNAL)).resolves.toBeUndefined();
  });
});
