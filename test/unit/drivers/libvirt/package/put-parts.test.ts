import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { putParts } from '../../../../../src/drivers/libvirt/package/put-parts.ts';
import type { MachineToBe, PackageSource } from '../../../../../src/drivers/vm-faces.ts';
import { changing, type TestChanging } from '../changing.ts';
import { overlay } from './overlay-head.ts';

const IMAGE = 'the declared image';

function digest(algorithm: string, text: string): string {
  return `${algorithm}:${createHash(algorithm).update(text).digest('hex')}`;
}

const BASE = `trueup-base-${digest('sha256', IMAGE).replace(':', '-')}`;

function machine(): MachineToBe {
  return {
    object: { type: 'vm', name: 'demo-box' },
    address: 'vm.box',
    config: { disk: null, image: { location: '/images/one', digest: digest('sha256', IMAGE) }, additional_disks: {} },
    replace: false,
  };
}

/** A package whose image has this content, whatever it says of itself. */
function holding(content: string, disk: Buffer = Buffer.from('no disk')): PackageSource {
  const image = { location: '/there', sha256: digest('sha256', IMAGE), sha512: digest('sha512', IMAGE), size: '1MiB' };
  const about = { disk: 'disk', format: 'qcow2', capacity: 1024, base: BASE, image };
  return {
    contents: {
      vm_id: '1',
      package_kind: 'libvirt',
      definition: { name: 'definition.xml', text: '<domain/>' },
      parts: [
        {
          name: `bases/${BASE}`,
          bytes: content.length,
          stamp: '1',
          about: { base: BASE, digest: null, format: 'raw' },
        },
        { name: 'disks/disk', bytes: 1024, stamp: '1', about },
      ],
    },
    async *read({ name }) {
      yield name.startsWith('bases/') ? Buffer.from(content) : disk;
    },
  };
}

/** With nothing on it, but for what it lists. */
function host(listed: () => readonly string[] = () => []): TestChanging {
  return changing((command) => {
    if (command.startsWith('dumpxml') || command.startsWith('domstate')) return { stderr: "failed to get domain 'x'" };
    if (command.startsWith('vol-dumpxml') && command.endsWith('demo-box.disk'))
      return { stderr: "failed to get vol 'x'" };
    if (command.startsWith('vol-download')) return { stderr: "failed to get vol 'x'" };
    if (command.startsWith('pool-dumpxml')) return { stdout: '<pool><available>1000000000</available></pool>' };
    return command.startsWith('vol-list')
      ? {
          stdout: listed()
            .map((name) => ` ${name}   /pool/${name}\n`)
            .join(''),
        }
      : undefined;
  });
}

describe('a package', () => {
  it('never puts another image under the name of the declared one', async () => {
    const tried = host();

    await expect(putParts(tried, machine(), holding('a planted one'))).rejects.toMatchObject({
      code: 'package_refused',
      message: expect.stringContaining('is not what it says') as string,
    });

    expect(tried.virsh.asked.at(-1)).toBe(`vol-delete --pool default ${BASE}`);
    expect(
      tried.virsh.asked.filter((command) => command.includes('vol-upload') && command.includes('.trueup')),
    ).toEqual([]);
  });

  it('brings an image that is the declared one', async () => {
    const tried = host();

    // What it has for a disk is none: that is found after the image is in place.
    await expect(putParts(tried, machine(), holding(IMAGE))).rejects.toThrow('is no qcow2');

    expect(tried.virsh.asked.some((command) => command.startsWith(`vol-upload --pool default ${BASE}.trueup`))).toBe(
      true,
    );
  });

  it('brings the image again where somebody took it for an unused one until the disk lay over it', async () => {
    const broughtBy = ({ virsh }: TestChanging): readonly string[] =>
      virsh.asked.filter((command) => command.startsWith(`vol-upload --pool default ${BASE}.trueup`));
    const tried: TestChanging = host(() => (broughtBy(tried).length > 1 ? [BASE, `${BASE}.trueup`] : []));

    await putParts(tried, machine(), holding(IMAGE, overlay('/there/image')));

    expect(broughtBy(tried)).toHaveLength(2);
  });

  it('is on its way until its image stays', async () => {
    const tried = host();

    await expect(putParts(tried, machine(), holding(IMAGE, overlay('/there/image')))).rejects.toMatchObject({
      retryable: true,
    });

    const marks = tried.virsh.asked.filter((command) =>
      command.startsWith('vol-upload --pool default demo-box.disk.trueup'),
    );
    expect(marks).toHaveLength(1);
  });
});
