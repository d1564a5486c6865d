import { describe, expect, it } from 'vitest';
import {
  checksumOf,
  forMachine,
  hasMemory,
  seedIn,
  volumesIn,
} from '../../../../../src/drivers/libvirt/snapshots/describe.ts';
import { parseRecord, recordText } from '../../../../../src/drivers/libvirt/snapshots/record.ts';

const DISKS = `<devices>
  <disk type='volume' device='disk'><driver name='qemu' type='qcow2'/><source pool='default' volume='demo-box.disk'/><target dev='vda' bus='virtio'/></disk>
  <disk type='volume' device='disk'><driver name='qemu' type='raw'/><source pool='default' volume='demo-box.seed-0123456789abcdef'/><target dev='vdzz' bus='virtio'/><readonly/></disk>
</devices>`;

function described(memory = '131072', uuid = 'one'): string {
  return `<domainsnapshot>
  <name>id-1</name><state>running</state><creationTime>1</creationTime>
  <parent><name>id-0</name></parent>
  <memory snapshot='internal'/>
  <disks><disk name='vda' snapshot='internal'/><disk name='vdzz' snapshot='no'/></disks>
  <domain type='qemu'><name>demo-box</name><uuid>${uuid}</uuid><metadata><mark xmlns="x">${uuid}</mark></metadata>
    <memory unit='KiB'>${memory}</memory>${DISKS}</domain>
</domainsnapshot>`;
}

describe('what libvirt says of a snapshot', () => {
  it('names its disks, its memory, and what cloud-init reads', () => {
    expect(volumesIn(described())).toEqual(['demo-box.disk']);
    expect(hasMemory(described())).toBe(true);
    expect(seedIn(described(), 'demo-box')).toBe('demo-box.seed-0123456789abcdef');
  });

  it('comes to the same whoever it is said of, and to another where the machine is another one', () => {
    const sum = checksumOf(described(), 'demo-box');

    expect(checksumOf(described('131072', 'two'), 'demo-box')).toBe(sum);
    expect(checksumOf(described('262144'), 'demo-box')).not.toBe(sum);
  });

  it('is handed back for the machine as it is defined now, without what came before', () => {
    const text = forMachine(described(), 'new');

    expect(text).toContain('<uuid>new</uuid>');
    expect(text).not.toContain('<parent>');
    expect(checksumOf(text, 'demo-box')).toBe(checksumOf(described(), 'demo-box'));
  });
});

describe('a record', () => {
  const snapshot = {
    id: 'id-1',
    vm_id: 'uuid',
    label: 'first',
    description: null,
    type: 'full',
    base_snapshot_id: null,
    size_bytes: 12,
    checksum_manifest: 'sha256:0',
    created_at: '2026-01-01T00:00:00.000Z',
    trigger: 'system',
    status: 'Suspended',
  } as const;

  it('reads back as it was written, whatever a pool adds behind it', () => {
    const record = { id: 'id-1', snapshot, state: 'saved', xml: described(), said: 'booted\r\nlogin: ' } as const;

    expect(parseRecord(`${recordText(record)}\0\0\0`)).toEqual(record);
    const theirs = { id: 'theirs', snapshot: null, state: 'running', xml: described(), said: null } as const;
    expect(parseRecord(recordText(theirs))).toEqual(theirs);
  });

  it('is none where it says something else', () => {
    for (const text of [
      '',
      '{}',
      '[]',
      'x',
      '{"schema":2,"id":"a","state":"running"}',
      '{"schema":1,"id":"a","state":"x"}',
    ])
      expect(parseRecord(text), text).toBeNull();
  });
});
