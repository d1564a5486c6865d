import { describe, expect, it } from 'vitest';
import { overlaid } from '../../../../../src/drivers/libvirt/domain/overlay.ts';
import { readDomain } from '../../../../../src/drivers/libvirt/domain/read.ts';
import type { DomainSpec } from '../../../../../src/drivers/libvirt/domain/spec.ts';
import { domainElement } from '../../../../../src/drivers/libvirt/domain/write.ts';
import { membersOf } from '../../../../../src/drivers/libvirt/refuse.ts';
import {
  attributeOf,
  elementAt,
  elementsIn,
  textAt,
  type XmlElement,
} from '../../../../../src/drivers/libvirt/xml/element.ts';
import { parseXml } from '../../../../../src/drivers/libvirt/xml/parse.ts';
import type { JsonObject } from '../../../../../src/model/json.ts';
import { recordedText, recordedXml } from '../recorded.ts';

const CONFIG: JsonObject = {
  cpus: 2,
  memory: '160MiB',
  additional_disks: { data: { name: 'data', size: '1GiB', format: 'qcow2' } },
  networks: { user: { name: 'user', mac_address: null } },
  port_forwards: { 22522: { host_ip: '127.0.0.1', host_port: 22_522, guest_port: 22, protocol: 'tcp' } },
};

function spec(config: JsonObject, over: Partial<DomainSpec> = {}): DomainSpec {
  const further = Object.keys(membersOf(config['additional_disks']));
  return {
    name: 'demo-box',
    uuid: 'de7dd469-076f-4f7a-8bf7-56859b903ee8',
    config,
    mark: null,
    pool: 'default',
    arch: 'x86_64',
    machine: 'pc-i440fx-7.2',
    accelerator: 'tcg',
    disks: ['disk', ...further].map((disk) => ({ disk, volume: `demo-box.${disk}`, format: 'qcow2' })),
    seed: null,
    console: '/var/lib/libvirt/images/demo-box.console',
    ...over,
  };
}

/** The recorded definition, with elements put into it by somebody. */
function present(...put: readonly (readonly [place: string, xml: string])[]): XmlElement {
  const text = put.reduce(
    (all, [place, xml]) => all.replace(`</${place}>`, `${xml}</${place}>`),
    recordedText('defined.xml'),
  );
  return parseXml(text);
}

interface Laid {
  readonly there: XmlElement;
  readonly config?: JsonObject;
  readonly over?: Partial<DomainSpec>;
  readonly fragments?: readonly XmlElement[];
}

function lay({ there, config = CONFIG, over = {}, fragments = [] }: Laid): XmlElement {
  return overlaid(domainElement(spec(config, over)), { domain: there, fragments }, config);
}

function devices(domain: XmlElement, name: string): readonly XmlElement[] {
  return elementsIn(elementAt(domain, 'devices'), name);
}

function slots(domain: XmlElement, name: string): readonly (string | null)[] {
  return devices(domain, name).map((device) => attributeOf(elementAt(device, 'address'), 'slot'));
}

const VNC = `<graphics type='vnc' port='-1' autoport='yes' listen='0.0.0.0'><listen type='address' address='0.0.0.0'/></graphics>`;
const VIDEO = `<video><model type='vga'/></video>`;

describe('a machine that is told anew', () => {
  it('has its devices where they were', () => {
    const laid = lay({ there: present() });

    expect({ disks: slots(laid, 'disk'), rng: slots(laid, 'rng'), balloon: slots(laid, 'memballoon') }).toEqual({
      disks: ['0x03', '0x04'],
      rng: ['0x06'],
      balloon: ['0x05'],
    });
  });

  it('has them there as well beside a new disk, which takes a free place', () => {
    const there = present();
    const more = { ...CONFIG, additional_disks: { first: { format: 'raw' }, data: { format: 'qcow2' } } };

    const laid = lay({ there, config: more });

    expect(
      devices(laid, 'disk').map((disk) => [textAt(disk, 'serial'), attributeOf(elementAt(disk, 'target'), 'dev')]),
    ).toEqual([
      ['disk', 'vda'],
      ['first', 'vdc'],
      ['data', 'vdb'],
    ]);
    expect(slots(laid, 'disk')).toEqual(['0x03', null, '0x04']);
  });

  it('sits anew where it gets another board', () => {
    const laid = lay({ there: present(), over: { machine: 'q35' } });

    expect({ disks: slots(laid, 'disk'), controllers: devices(laid, 'controller') }).toEqual({
      disks: [null, null],
      controllers: [],
    });
  });

  it('keeps what people and tools have set that manifests have no word for', () => {
    const there = present(
      ['metadata', `<libosinfo:libosinfo xmlns:libosinfo='http://libosinfo.org/1'/>`],
      ['domain', `<description>of Kim</description><cputune><shares>512</shares></cputune>`],
      [
        'devices',
        `<channel type='unix'><target type='virtio' name='org.kim.0'/></channel><watchdog model='i6300esb'/>`,
      ],
      ['disk', `<boot order='2'/>`],
    );

    const laid = lay({ there, over: { mark: null } });

    expect(textAt(laid, 'description')).toBe('of Kim');
    expect(textAt(laid, 'cputune', 'shares')).toBe('512');
    expect(devices(laid, 'channel').map((channel) => attributeOf(elementAt(channel, 'target'), 'name'))).toEqual([
      'org.qemu.guest_agent.0',
      'org.kim.0',
    ]);
    expect(devices(laid, 'watchdog')).toHaveLength(1);
    expect(attributeOf(elementAt(devices(laid, 'disk')[0] ?? null, 'boot'), 'order')).toBe('2');
  });

  it('has one of each of ours', () => {
    const laid = lay({ there: lay({ there: present() }) });

    expect(['disk', 'serial', 'channel', 'rng', 'memballoon'].map((name) => devices(laid, name).length)).toEqual([
      2, 1, 1, 1, 1,
    ]);
    expect(elementsIn(elementAt(laid, 'qemu:commandline'))).toHaveLength(4);
    expect(elementsIn(laid, 'cpu')).toHaveLength(1);
  });

  it('loses raw elements that are not declared any more, and no argument that somebody else gave', () => {
    const former = [
      parseXml(`<watchdog model='i6300esb'/>`),
      parseXml(`<qemu:commandline><qemu:arg value='-name'/><qemu:arg value='x'/></qemu:commandline>`),
      parseXml(`<features><hyperv/></features>`),
    ];
    const there = present(
      ['devices', `<watchdog model='i6300esb' action='reset'/>`],
      ['features', `<hyperv/><pae/>`],
      ['qemu:commandline', `<qemu:arg value='-name'/><qemu:arg value='x'/><qemu:arg value='-s'/>`],
    );

    const laid = lay({ there, fragments: former, config: { ...CONFIG, networks: {}, port_forwards: {} } });

    expect(devices(laid, 'watchdog')).toEqual([]);
    expect(elementsIn(elementAt(laid, 'features')).map(({ name }) => name)).toEqual(['acpi', 'apic', 'pae']);
    expect(elementsIn(elementAt(laid, 'qemu:commandline')).map((arg) => attributeOf(arg, 'value'))).toEqual(['-s']);
  });

  it('loses a screen that nobody declares, with what came along with it', () => {
    const there = present(['devices', VNC + VIDEO]);

    const laid = lay({ there });

    expect([...devices(laid, 'graphics'), ...devices(laid, 'video'), ...devices(laid, 'audio')]).toEqual([]);
  });

  it('keeps a screen that is declared, and a disk that somebody attached and wants left', () => {
    const disk = `<disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='/x.img'/><target dev='vdq'/></disk>`;
    const there = present(['devices', VNC + VIDEO + disk]);
    const further = { data: { format: 'qcow2' }, vdq: { name: '/x.img' } };

    const config = { ...CONFIG, driver_options: { xml: [`<graphics type='vnc'/>`] }, additional_disks: further };
    const laid = lay({ there, config, over: { disks: spec(CONFIG).disks } });

    expect(devices(laid, 'graphics').map((screen) => attributeOf(screen, 'listen'))).toEqual(['0.0.0.0']);
    expect(devices(laid, 'video')).toHaveLength(1);
    expect(devices(laid, 'disk').map((found) => attributeOf(elementAt(found, 'target'), 'dev'))).toEqual([
      'vda',
      'vdb',
      'vdq',
    ]);
  });

  it('boots in the order that somebody has given its devices', () => {
    const text = recordedText('defined.xml')
      .replace(/<kernel>.*<\/cmdline>\s*<boot dev='hd'\/>/s, '')
      .replace('</disk>', `<boot order='1'/></disk>`);

    const laid = lay({ there: parseXml(text) });

    expect(elementsIn(elementAt(laid, 'os'), 'boot')).toEqual([]);
  });
});

/** Raw elements as they are declared, before and after. */
function raw(...xml: readonly string[]): { readonly config: JsonObject; readonly fragments: readonly XmlElement[] } {
  return { config: { ...CONFIG, driver_options: { xml } }, fragments: xml.map(parseXml) };
}

describe('what is bound to how much a machine has', () => {
  const SIZED = `<cpu mode='custom'><model>qemu64</model><topology sockets='1' cores='2' threads='1'/><numa><cell id='0' cpus='0-1' memory='160' unit='MiB'/></numa></cpu>`;
  const there = parseXml(
    recordedText('defined.xml')
      .replace(/<cpu .*<\/cpu>/s, '')
      .replace(/<memory [^>]*>\d+/, "<memory unit='KiB'>163840")
      .replace('</devices>', `<memory model='dimm'><target><size unit='MiB'>64</size></target></memory></devices>`)
      .replace('</domain>', `${SIZED}<vcpus><vcpu id='0'/></vcpus><maxMemory slots='2'>262144</maxMemory></domain>`),
  );
  const read = (laid: XmlElement): unknown => ({
    cpu: elementsIn(elementAt(laid, 'cpu')).map(({ name }) => name),
    beside: ['vcpus', 'maxMemory'].filter((name) => elementAt(laid, name) !== null),
    modules: devices(laid, 'memory').length,
  });

  it('stays while that stays', () => {
    expect(read(lay({ there }))).toEqual({ cpu: ['model', 'topology', 'numa'], beside: ['maxMemory'], modules: 1 });
  });

  it.each([{ cpus: 4 }, { memory: '512MiB' }])('goes with another amount: %j', (more) => {
    const kept = 'cpus' in more ? ['model'] : ['model', 'topology'];

    expect(read(lay({ there, config: { ...CONFIG, ...more } }))).toEqual({ cpu: kept, beside: [], modules: 0 });
  });

  it('boots in the order of its devices on another board, too', () => {
    const text = recordedText('defined.xml').replace('</disk>', `<boot order='1'/></disk>`);

    const laid = lay({ there: parseXml(text), over: { machine: 'q35' } });

    expect(elementsIn(elementAt(laid, 'os'), 'boot')).toEqual([]);
  });
});

describe('a raw device', () => {
  it('stays the device that it is when something else changes', () => {
    const bridge = `<interface type='bridge'><source bridge='br0'/></interface>`;
    const there = present([
      'devices',
      `<interface type='bridge'><mac address='52:54:00:12:34:56'/><source bridge='br0'/><address type='pci' slot='0x0a'/></interface>`,
    ]);

    const laid = lay({ there, ...raw(bridge) });

    const cards = devices(laid, 'interface');
    expect(cards.map((card) => attributeOf(elementAt(card, 'mac'), 'address'))).toContain('52:54:00:12:34:56');
    expect(slots(laid, 'interface')).toContain('0x0a');
    expect(cards.filter((card) => attributeOf(card, 'type') === 'bridge')).toHaveLength(1);
  });

  it.each([
    ['controller', `<controller type='virtio-serial' index='0' ports='16'/>`, ''],
    ['controller', `<controller type='usb' index='0' model='qemu-xhci'/>`, ''],
    ['video', `<video><model type='virtio'/></video>`, VIDEO],
    ['audio', `<audio id='1' type='spice'/>`, ''],
    [
      'tpm',
      `<tpm model='tpm-crb'><backend type='emulator'/></tpm>`,
      `<tpm model='tpm-tis'><backend type='passthrough'/></tpm>`,
    ],
  ])('takes the place of the %s that libvirt has put there by itself', (name, wanted, theirs) => {
    const spice = `<graphics type='spice'/>`;
    const there = present(['devices', theirs + spice]);

    const laid = lay({ there, config: raw(spice, wanted).config });

    const { type, index } = parseXml(wanted).attributes;
    const same = devices(laid, name).filter(
      ({ attributes }) => name !== 'controller' || (attributes['type'] === type && attributes['index'] === index),
    );
    expect(same).toHaveLength(1);
    expect(same[0]?.attributes).toMatchObject(parseXml(wanted).attributes);
  });

  it('takes along what came with a screen of its kind', () => {
    const there = present([
      'devices',
      `<graphics type='spice'/><audio id='1' type='spice'/><channel type='spicevmc'><target type='virtio' name='com.redhat.spice.0'/></channel>${VIDEO}`,
    ]);

    const laid = lay({ there, config: raw(`<graphics type='vnc'/>`).config });

    expect(devices(laid, 'graphics').map((screen) => attributeOf(screen, 'type'))).toEqual(['vnc']);
    expect(devices(laid, 'audio').map((audio) => attributeOf(audio, 'type'))).toEqual(['none']);
    expect(devices(laid, 'channel').map((channel) => attributeOf(channel, 'type'))).toEqual(['unix']);
    expect(devices(laid, 'video')).toHaveLength(1);
  });
});

describe('a definition', () => {
  const read = (xml: XmlElement): unknown => readDomain(xml, 'demo-box', {})['others'];

  it('of ours holds nothing that nobody declares', () => {
    expect([read(present()), read(recordedXml('running'))]).toEqual([{}, {}]);
  });

  it('shows what lets somebody in, the same as it runs', () => {
    const live = recordedText('running.xml').replace('</devices>', `${VNC.replace('-1', '5900')}</devices>`);

    expect(read(present(['devices', VNC]))).toEqual({ graphics: 'vnc on 0.0.0.0' });
    expect(read(parseXml(live))).toEqual({ graphics: 'vnc on 0.0.0.0' });
  });

  it('has one watchdog where somebody changed the declared one', () => {
    const watchdog = (action: string): string => `<watchdog model='i6300esb' action='${action}'/>`;
    const config = { ...CONFIG, driver_options: { xml: [watchdog('poweroff')] } };

    const laid = lay({ there: present(['devices', watchdog('reset')]), config });

    expect(devices(laid, 'watchdog').map((device) => attributeOf(device, 'action'))).toEqual(['poweroff']);
  });

  it('shows what could be plugged in', () => {
    const text = recordedText('defined.xml').replace("<vcpu placement='static'>2<", "<vcpu current='2'>4<");

    expect(readDomain(parseXml(text), 'demo-box', {})['maximum']).toEqual({ memory: '256MiB', cpus: 4 });
  });

  it('has memory in whole MiB, as QEMU has it', () => {
    const text = recordedText('defined.xml').replace('163840', '163000');

    expect(readDomain(parseXml(text), 'demo-box', {})['memory']).toBe('160MiB');
    expect(textAt(domainElement(spec({ ...CONFIG, memory: '167000000' })), 'memory')).toBe(String(160 * 1024 * 1024));
  });

  it('is read without what raw elements have put there', () => {
    const xml = [VNC, `<disk type='file' device='cdrom'><source file='/a.iso'/><target dev='sda'/></disk>`];
    const there = present(['devices', xml.join('')]);

    const found = readDomain(there, 'demo-box', { driver_options: { xml } });

    expect(found['others']).not.toHaveProperty('graphics');
    expect(Object.keys(membersOf(found['additional_disks']))).toEqual(['data']);
  });
});

describe('a machine that runs', () => {
  const OPTIONS = [`<graphics type='vnc' port='-1' autoport='yes'/>`, `<cpu mode='host-model'/>`];
  /** Started with these raw elements, of which libvirt has made others. */
  const running = (options: readonly string[]): XmlElement =>
    parseXml(
      recordedText('running.xml')
        .replace('"driver_options":{}', `"driver_options":${JSON.stringify({ xml: options }).replaceAll('<', '&lt;')}`)
        .replace('</devices>', `<graphics type='vnc' port='5900' autoport='yes' listen='127.0.0.1'/></devices>`),
    );
  const read = (domain: XmlElement, declared: readonly string[]): JsonObject =>
    readDomain(domain, 'demo-box', { driver_options: { xml: declared } });

  it('has the raw elements that it was started with, whatever libvirt has made of them', () => {
    expect(read(running(OPTIONS), OPTIONS)).toMatchObject({ driver_options: { xml: OPTIONS }, others: {} });
  });

  it('lacks those that were declared since, and what was taken from it', () => {
    const found = read(running([OPTIONS[1] ?? '', `<watchdog model='i6300esb'/>`]), [
      ...OPTIONS,
      `<watchdog model='i6300esb'/>`,
    ]);

    expect(found).toMatchObject({ driver_options: { xml: [OPTIONS[1]] }, others: { graphics: 'vnc on 127.0.0.1' } });
  });
});
