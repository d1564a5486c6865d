import { describe, expect, it } from 'vitest';
import { assertMayBeMade, assertUnused, ownUserOf } from '../../../../../src/drivers/libvirt/actuate/disk-users.ts';
import { recordedText } from '../recorded.ts';
import { changing } from '../changing.ts';
import { type Says, VOLUME } from '../told-virsh.ts';

const PLACE = { name: VOLUME, path: `/pool/${VOLUME}` };

/** The machine has its disk from elsewhere. */
function source(attributes: string): Says {
  return (command) => {
    if (!command.startsWith('dumpxml')) return undefined;
    const file = command.includes('--inactive') ? 'defined.xml' : 'running.xml';
    return {
      stdout: recordedText(file).replaceAll(/<source pool='default' volume='demo-box.disk'/g, `<source ${attributes}`),
    };
  };
}

describe('the machine that has a disk', () => {
  it('is found by the pool and the volume, or by the whole path of its file', async () => {
    expect(await ownUserOf(changing(), PLACE)).toMatchObject({ machine: { name: 'demo-box' }, target: 'vda' });
    expect(await ownUserOf(changing(source(`file='/pool/${VOLUME}'`)), PLACE)).toMatchObject({ target: 'vda' });
  });

  it.each([[`pool='other' volume='${VOLUME}'`], [`file='/backup/${VOLUME}'`]])(
    'is none that has %s',
    async (attributes) => {
      expect(await ownUserOf(changing(source(attributes)), PLACE)).toBeNull();
    },
  );

  it('is left alone where it is not ours and runs with it', async () => {
    await expect(ownUserOf(changing(undefined, { owners: ['another'] }), PLACE)).rejects.toMatchObject({
      code: 'object_in_use',
    });
  });

  it('keeps the disk from being made anew while it runs, whoever made it', async () => {
    await expect(assertUnused(changing(undefined, { owners: ['another'] }), PLACE)).rejects.toMatchObject({
      code: 'object_in_use',
    });
  });
});

describe('a disk that is to be made', () => {
  const stopped: Says = (command) => (command.startsWith('domstate') ? { stdout: 'shut off (crashed)\n' } : undefined);
  /** The share is gone from under the pool: libvirt lists what was there. */
  const gone: Says = (command) =>
    command.startsWith('vol-dumpxml') || command.startsWith('vol-download')
      ? { stderr: "failed to get vol 'x'" }
      : stopped(command);

  it('is none in a pool that holds nothing of what machines are defined with', async () => {
    await expect(assertMayBeMade(changing(stopped), VOLUME)).resolves.toBeUndefined();
    await expect(assertMayBeMade(changing(gone), VOLUME)).rejects.toThrow('is what it is on mounted?');
  });

  it('is none while something runs with it', async () => {
    await expect(assertMayBeMade(changing(), VOLUME)).rejects.toMatchObject({ code: 'object_in_use' });
  });
});
