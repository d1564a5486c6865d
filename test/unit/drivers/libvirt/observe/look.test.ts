import { describe, expect, it } from 'vitest';
import { askFacts } from '../../../../../src/drivers/libvirt/observe/ask-facts.ts';
import { assertStillHeld } from '../../../../../src/drivers/libvirt/observe/emptied-pool.ts';
import { lastCopiesOf } from '../../../../../src/drivers/libvirt/observe/last-copies.ts';
import { lookAtScope } from '../../../../../src/drivers/libvirt/observe/look-at-scope.ts';
import { lookAtAll, lookAtSome } from '../../../../../src/drivers/libvirt/observe/look.ts';
import { readSeeds } from '../../../../../src/drivers/libvirt/seed/read-seeds.ts';
import { lookAtSnapshots } from '../../../../../src/drivers/libvirt/snapshots/look.ts';
import { parseXml } from '../../../../../src/drivers/libvirt/xml/parse.ts';
import { SEALER } from '../../../../support/sealer.ts';
import { changing, OWNER } from '../changing.ts';
import { recordedText } from '../recorded.ts';
import { type Says, toldVirsh, VOLUME } from '../told-virsh.ts';

const SIGNAL = new AbortController().signal;
const IN_PART = { code: 'engine_unreachable', message: expect.stringContaining('answers in part') as string };
const NOT_ACTIVE = "Requested operation is not valid: storage pool 'default' is not active";
const NO_POOL = "failed to get pool 'default': Storage pool not found: no storage pool with matching name 'default'";
const BUSY = 'Timed out during operation: cannot acquire state change lock';
const NO_VOLUME = "Storage volume not found: no storage vol with matching path '/pool/demo-box.disk'";

function complains(about: string, stderr: string): Says {
  return (command) => (command.startsWith(about) ? { stderr } : undefined);
}

function look(says?: Says, wanted: readonly string[] = [VOLUME]): ReturnType<typeof lookAtAll> {
  return lookAtAll(toldVirsh(says), wanted, SIGNAL);
}

describe('a look at a host', () => {
  it('sees machines and disks', async () => {
    const { domains, disks, gone } = await look();

    expect([domains.length, disks.length, gone.length]).toEqual([1, 2, 0]);
  });

  it('at a pool that is not active is no look at an empty one, and says how to start it', async () => {
    await expect(look(complains('vol-list', NOT_ACTIVE))).rejects.toMatchObject({
      ...IN_PART,
      message: expect.stringMatching(/answers in part: .* is not active \(`virsh pool-start default`/) as string,
    });
  });

  it('needs a pool for disks alone', async () => {
    const bare = recordedText('defined.xml').replace(/<disk[^]*<\/disk>/, '');
    const says: Says = (command) => {
      if (command.startsWith('vol-list')) return { stderr: NO_POOL };
      return command.startsWith('dumpxml') ? { stdout: bare } : undefined;
    };

    await expect(look(says)).rejects.toMatchObject(IN_PART);
    await expect(look(says, [])).resolves.toMatchObject({ disks: [] });
  });

  it.each([
    ['list --all --uuid', BUSY],
    ['list --transient', BUSY],
    ['domstate', BUSY],
    ['dumpxml --inactive', 'access denied'],
    ['dumpxml de7dd469', BUSY],
    ['vol-download', 'cannot download from volume x: Input/output error'],
  ])('in which %s fails is none', async (command, complaint) => {
    await expect(look(complains(command, complaint))).rejects.toMatchObject(IN_PART);
  });

  it('asks once more what is complained of: another run may be making it at that moment', async () => {
    let complained = 0;
    const says: Says = (command) =>
      command.startsWith('vol-download') && complained++ === 0 ? { stderr: 'volume is being created' } : undefined;

    const { disks } = await look(says);

    expect(disks.map(({ mark }) => mark?.ownership.owner)).toEqual(['me', 'me']);
  });

  it('fails for a disk that cannot be read where it is ours or wanted, and not for one of somebody else', async () => {
    const virsh = toldVirsh(complains('vol-dumpxml', 'Failed to get vol: Input/output error'));
    const scope = { owners: ['me'], project: 'demo', environment: 'local', names: {} };

    await expect(lookAtScope(virsh, scope, SIGNAL)).rejects.toMatchObject(IN_PART);
    await expect(
      lookAtScope(virsh, { ...scope, owners: ['another'], names: { volume: [VOLUME] } }, SIGNAL),
    ).rejects.toMatchObject(IN_PART);
    await expect(lookAtScope(virsh, { ...scope, owners: ['another'] }, SIGNAL)).resolves.toMatchObject({ disks: [] });
  });

  it('at one machine sees which of its disks are gone while it runs', async () => {
    const data = recordedText('disk.xml').replace('<name>demo-box.disk', '<name>demo-box.data');
    const virsh = toldVirsh((command) => {
      if (command.startsWith('vol-dumpxml') && command.endsWith('.data')) return { stdout: data };
      return complains('vol-dumpxml', NO_VOLUME)(command);
    });
    const only = [{ type: 'vm', name: 'demo-box' }] as const;

    const sight = await lookAtScope(
      virsh,
      { owners: [OWNER], project: 'demo', environment: 'local', names: {}, only },
      SIGNAL,
    );

    expect(sight.disks).toEqual([]);
    const [box] = sight.domains;
    const lost = box === undefined ? [] : lastCopiesOf(box, sight, await changing().facts());
    expect(lost.map(({ address }) => address)).toEqual(['volume.box.disk']);
  });

  it('takes for gone what libvirt says is not there', async () => {
    const { domains } = await look(complains('dumpxml --inactive', "failed to get domain 'de7dd469'"));
    const { disks, gone } = await look(complains(`vol-dumpxml --pool default ${VOLUME}`, NO_VOLUME));

    expect(domains).toEqual([]);
    expect(disks).toHaveLength(1);
    expect(gone).toMatchObject([{ name: VOLUME, mark: { ownership: { address: 'volume.box.disk' } } }]);
  });

  it('at a pool that holds nothing of what a machine is defined with is none: a share may not be mounted', async () => {
    const held = async (says: Says, owner = OWNER): Promise<void> =>
      assertStillHeld(toldVirsh().engine, await look(says), { owners: [owner], environment: 'local' });
    const emptied = { ...IN_PART, message: expect.stringContaining('is what it is on mounted?') as string };
    const lost = "cannot download from volume x: Unable to open stream for '/pool/x': No such file or directory";
    const unmounted: Says = (command) => {
      if (command.startsWith('vol-dumpxml')) return { stderr: NO_VOLUME };
      return command.startsWith('vol-download') ? { stderr: lost } : undefined;
    };

    await expect(held(() => undefined)).resolves.toBeUndefined();
    await expect(held(complains('vol-list', ''))).rejects.toMatchObject(emptied);
    // As long as nobody has told libvirt to look, it lists what was there.
    await expect(held(unmounted)).rejects.toMatchObject(emptied);
    // What somebody else has left defined is no reason to make nothing here.
    await expect(held(unmounted, 'another')).resolves.toBeUndefined();
  });

  it('at certain objects fails alike', async () => {
    const virsh = toldVirsh(complains('vol-dumpxml', "pool 'default' is not active"));

    await expect(lookAtSome(virsh, [{ type: 'volume', name: VOLUME }], SIGNAL)).rejects.toMatchObject(IN_PART);
  });

  it('asks of a host what it has to know of the pool', async () => {
    const capabilities: Says = (command) =>
      command === 'capabilities' ? { stdout: recordedText('capabilities.xml') } : undefined;
    const facts = (stderr: string): ReturnType<typeof askFacts> =>
      askFacts(
        toldVirsh((command) => (command.startsWith('pool-dumpxml') ? { stderr } : capabilities(command))),
        SIGNAL,
      );

    await expect(facts(BUSY)).rejects.toMatchObject(IN_PART);
    await expect(facts(NO_POOL)).resolves.toMatchObject({ pool_path: null });
  });

  it('takes no snapshot for gone, and no seed for empty, that cannot be read', async () => {
    const { domains } = await look();
    const seed = recordedText('defined.xml').replace('demo-box.data', 'demo-box.seed-0123456789abcdef');
    const seeded = domains.map((domain) => ({ ...domain, inactive: parseXml(seed) }));
    const broken = toldVirsh((command) => (command.startsWith('vol-') ? { stderr: 'Input/output error' } : undefined));

    await expect(lookAtSnapshots(broken, 'demo-box', SIGNAL)).rejects.toMatchObject(IN_PART);
    await expect(readSeeds(broken, seeded, SEALER, SIGNAL)).rejects.toMatchObject(IN_PART);
  });
});
