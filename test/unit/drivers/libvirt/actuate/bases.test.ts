import { describe, expect, it } from 'vitest';
import { removeUnusedBases } from '../../../../../src/drivers/libvirt/actuate/bases.ts';
import { TrueupError } from '../../../../../src/model/failure.ts';
import { changing, type TestChanging } from '../changing.ts';
import { recordedText } from '../recorded.ts';
import { MARK, type Told } from '../told-virsh.ts';

const BASE = `trueup-base-sha256-${'0'.repeat(64)}`;
const OVER = `<volume><target><path>/other/copy</path></target><backingStore><path>/pool/${BASE}</path></backingStore></volume>`;

/** `overlay`: whether a volume of another pool lies over the image, by how often that was asked. */
function host(
  overlay: (look: number) => boolean,
  inactive = '',
  more: (command: string) => Told | undefined = () => undefined,
): TestChanging {
  let looks = 0;
  return changing((command): Told => {
    const told = more(command);
    if (told !== undefined) return told;
    if (command.startsWith('pool-list --inactive')) return { stdout: inactive };
    if (command.startsWith('pool-list')) return { stdout: 'default\nother\n' };
    if (command === 'vol-list default') return { stdout: ` ${BASE}   /pool/x\n ${BASE}.trueup   /pool/y\n` };
    if (command === 'vol-list other') return { stdout: ' copy   /other/copy\n' };
    if (command.endsWith('other copy')) return { stdout: overlay(looks++) ? OVER : '<volume/>' };
    if (command.startsWith('vol-dumpxml'))
      return { stdout: `<volume><name>${BASE}</name><target><path>/pool/${BASE}</path></target></volume>` };
    return command.startsWith('vol-download') ? { file: '{"location":"/image"}' } : {};
  });
}

function deleted({ virsh }: TestChanging): readonly string[] {
  return virsh.asked
    .filter((command) => command.startsWith('vol-delete'))
    .map((command) => command.split(' ').at(-1) ?? '');
}

describe('an image', () => {
  it('that nothing lies over goes, its mark first', async () => {
    const storing = host(() => false);

    await removeUnusedBases(storing);

    expect(deleted(storing)).toEqual([`${BASE}.trueup`, BASE]);
  });

  it('that something in another pool lies over stays', async () => {
    const storing = host(() => true);

    await removeUnusedBases(storing);

    expect(deleted(storing)).toEqual([]);
  });

  it('stays where a pool is not active: nobody knows what is in it', async () => {
    const storing = host(() => false, 'backup\n');

    await removeUnusedBases(storing);

    expect(deleted(storing)).toEqual([]);
  });

  it('stays where it takes too long to ask what lies over it', async () => {
    const storing = host(() => false);
    const { ask } = storing.virsh;
    const slow = {
      ...storing.virsh,
      ask: (...args: Parameters<typeof ask>) =>
        args[0].some(([verb]) => verb === 'pool-list')
          ? Promise.reject(new TrueupError('engine_unreachable', 'no answer within 20 s'))
          : ask(...args),
    };

    await removeUnusedBases({ ...storing, virsh: slow });

    expect(deleted(storing)).toEqual([]);
  });

  it('that what runs has open stays, also where the disk over it is gone', async () => {
    const live = recordedText('running.xml').replace(/\/var\/lib\/libvirt\/images\/trueup-base-[^']*/, `/pool/${BASE}`);
    const storing = host(
      () => false,
      '',
      (command) => {
        if (command.startsWith('list --all --uuid')) return { stdout: 'de7dd469\n' };
        if (command.startsWith('domstate')) return { stdout: 'running (booted)\n' };
        return command.startsWith('dumpxml') ? { stdout: live } : undefined;
      },
    );

    await removeUnusedBases(storing);

    expect(deleted(storing)).toEqual([]);
  });

  it.each([
    ['not begun', { stderr: "failed to get vol 'far.disk'" }],
    ['not whole', { stdout: '<volume><name>far.disk</name></volume>' }],
  ])('that a disk of a package is to lie over stays while that is %s', async (_what, disk) => {
    const kept = { image: { sha256: `sha256:${'0'.repeat(64)}` }, importing: true };
    const storing = host(
      () => false,
      '',
      (command) => {
        if (command === 'vol-list default')
          return { stdout: ` ${BASE}   /pool/x\n ${BASE}.trueup   /pool/y\n far.disk.trueup   /pool/z\n` };
        if (command.startsWith('vol-dumpxml --pool default far.disk')) return disk;
        if (!command.includes('far.disk.trueup')) return undefined;
        return { file: JSON.stringify({ ...(JSON.parse(MARK) as object), kept }) };
      },
    );

    await removeUnusedBases(storing);

    expect(deleted(storing)).toEqual([]);
  });

  it('over which somebody makes a disk at that moment stays, and gets its mark back', async () => {
    const storing = host((look) => look > 0);

    await removeUnusedBases(storing);

    expect(deleted(storing)).not.toContain(BASE);
    expect(storing.virsh.asked.findLast((command) => command.startsWith('vol-upload'))).toContain(`${BASE}.trueup`);
  });
});
