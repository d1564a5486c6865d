import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { putMark } from '../../../../../src/drivers/libvirt/actuate/volume-calls.ts';
import { markIn } from '../../../../../src/drivers/libvirt/marks.ts';
import type { OwnerMark } from '../../../../../src/drivers/owner-mark.ts';
import { changing, type TestChanging } from '../changing.ts';
import { VOLUME } from '../told-virsh.ts';

const THERE = `storage volume '${VOLUME}.trueup' exists already`;

function mark(more: string): OwnerMark {
  return {
    ownership: {
      owner: 'me',
      project: 'demo',
      environment: 'local',
      address: 'volume.box.disk',
      checkout: null,
      created_revision: null,
    },
    kept: { more },
  };
}

/** A pool with one small file, which is written to as libvirt does: from its beginning on. */
function pool(content: Buffer, refusals: Readonly<Record<string, string>>): TestChanging & { read(): string } {
  const tried = changing((command) => {
    const [verb = ''] = command.split(' ');
    const stderr = refusals[verb] ?? '';
    if (verb === 'vol-upload' && stderr === '') readFileSync(command.split(' ').at(-1) ?? '').copy(content);
    return { stderr };
  });
  return { ...tried, read: () => content.toString() };
}

describe('the mark of a disk', () => {
  it('is written over the one before it, so that at no moment there is none', async () => {
    const host = pool(Buffer.alloc(4096), { 'vol-create': THERE });

    await putMark(host, VOLUME, mark('much more than before'));
    await putMark(host, VOLUME, mark('less'));

    expect(markIn(host.read())).toEqual(mark('less'));
    expect(host.virsh.asked.map((command) => command.split(' ')[0])).not.toContain('vol-delete');
  });

  it('that cannot be written fails with what is in the way', async () => {
    const full = { 'vol-upload': 'cannot write: No space left on device' };

    await expect(putMark(pool(Buffer.alloc(0), { 'vol-create': THERE, ...full }), VOLUME, mark(''))).rejects.toThrow(
      'No space left',
    );
    await expect(
      putMark(
        pool(Buffer.alloc(0), { 'vol-create': 'Permission denied', 'vol-upload': "failed to get vol 'x'" }),
        VOLUME,
        mark(''),
      ),
    ).rejects.toThrow('Permission denied');
  });
});
