import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildGuest } from '../../support/libvirt/guest.ts';
import { type LibvirtRepo, libvirtRepo } from '../../support/libvirt/libvirt-repo.ts';
import { lacksForHost, PrivateHost } from '../../support/libvirt/private-host.ts';

const lacks = lacksForHost();

interface DriftReport {
  readonly resource_drift: readonly { readonly differences: readonly { readonly field_path: string }[] }[];
}

const VNC = `<graphics type='vnc' port='-1' autoport='yes' listen='0.0.0.0'/>`;

// A machine that is never started: what is asked is what stands in its definition.
describe.skipIf(lacks !== null)(`a definition that people change${lacks === null ? '' : ` (${lacks})`}`, () => {
  let host: PrivateHost;
  let repo: LibvirtRepo;

  const held = new AsyncDisposableStack();
  beforeAll(async () => {
    host = held.use(await PrivateHost.start());
    repo = held.use(await libvirtRepo(host, await buildGuest(), null));
    await repo.only({ machine: 'pc', additional_disks: '[{ name: data, size: 8MiB }]' });
    await repo.applied();
  });

  afterAll(() => held.disposeAsync());

  /** Puts elements in front of ends of others. */
  async function edit(put: Readonly<Record<string, string>>): Promise<void> {
    let xml = await host.virsh('dumpxml --inactive demo-box');
    for (const [end, text] of Object.entries(put)) xml = xml.replace(end, text + end);
    const file = join(host.folder, 'edited.xml');
    await writeFile(file, xml);
    await host.virsh(`define ${file}`);
  }

  async function drifted(): Promise<{ readonly status: number | null; readonly paths: readonly string[] }> {
    const { status, stdout } = await repo.trueup(['drift', '--output', 'json']);
    const { resource_drift: found } = JSON.parse(stdout) as DriftReport;
    return { status, paths: found.flatMap(({ differences }) => differences.map(({ field_path: path }) => path)) };
  }

  it('shows what lets somebody in, and what could be plugged in; both leave with the next apply', async () => {
    await edit({ '</devices>': VNC });
    await host.virsh('setmaxmem demo-box 524288 --config');

    expect(await drifted()).toMatchObject({ status: 2, paths: ["$['maximum']['memory']", "$['others']['graphics']"] });

    await repo.applied();

    expect(await drifted()).toEqual({ status: 0, paths: [] });
    expect(await host.virsh('dumpxml demo-box')).not.toMatch(/<graphics|<video/);
  });

  it('keeps what manifests have no word for, the place of each device, and its board', async () => {
    const channel = `<channel type='unix'><target type='virtio' name='org.kim.0'/></channel>`;
    await edit({ '</devices>': channel, '<memory': '<description>of Kim</description>' });
    const placesIn = (xml: string): readonly string[] => xml.match(/<address type='pci'[^>]*>/g) ?? [];
    const before = await host.virsh('dumpxml demo-box');
    expect(await drifted()).toEqual({ status: 0, paths: [] });

    await repo.only({ machine: null, additional_disks: '[{ name: data, size: 8MiB }]', labels: '{ team: core }' });
    await repo.applied();

    const after = await host.virsh('dumpxml demo-box');
    expect(after).toContain('<description>of Kim</description>');
    expect(after).toContain('org.kim.0');
    expect(placesIn(after)).toEqual(placesIn(before));
    expect(after).toContain(/machine='[^']+'/.exec(before)?.[0]);
    expect(await repo.plan()).toMatch(/^No changes/);
  });

  it('keeps a disk that was asked to be left as it is', async () => {
    const file = join(host.folder, 'extra.img');
    await writeFile(file, Buffer.alloc(1024 * 1024));
    await host.virsh(`attach-disk demo-box ${file} vdq --config --driver qemu --subdriver raw`);
    await repo.only({ additional_disks: '[{ name: data, size: 8MiB }]', labels: '{ team: edge }' });
    await repo.write({
      'environments/local/ignored.yaml': `ignore_differences:
  - { address: vm.box, field_path: $.additional_disks.vdq, reason: by hand }
`,
    });
    await repo.commit();

    await repo.applied();

    const after = await host.virsh('dumpxml demo-box');
    expect(after).toContain(file);
    expect(await repo.plan()).toMatch(/^No changes/m);
  });

  it('is refused where it is written, before anything is applied, where libvirt knows no such element', async () => {
    await repo.only({
      driver_options: `\n      xml:\n        - "<watchdog model='i6300esb'/>"\n        - "<watchdog modell='x'/>"`,
    });

    const plan = await repo.trueup(['plan', 'local']);

    expect(plan.status).toBe(1);
    expect(plan.stdout + plan.stderr).toMatch(/environment\.yaml:\d+:\d+[^]*refuses vm\.box[^]*modell='x'/);
    expect(await host.virsh('dumpxml demo-box')).not.toContain('i6300esb');
  });
});
