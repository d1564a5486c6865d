import { describe, expect, it } from 'vitest';
import { isSeed, machineOfDisk, machineOfSnapshot, snapshotVolume } from '../../../../src/drivers/libvirt/names.ts';

describe('names in a pool', () => {
  it('of seeds are told from all that only begins alike', () => {
    expect(isSeed('demo-box.seed-0123456789abcdef', 'demo-box')).toBe(true);
    expect(isSeed('demo-box.seed-1.disk', 'demo-box')).toBe(false);
    expect(isSeed('demo-box.seed-backup.iso', 'demo-box')).toBe(false);
    expect(isSeed('demo-box.seed-0123456789abcdef.disk', 'demo-box')).toBe(false);
  });

  it('lead from a disk, and from a snapshot, to the one machine that has it', () => {
    expect(machineOfDisk('demo-web.db.disk')).toBe('demo-web.db');
    expect(machineOfSnapshot(snapshotVolume('demo-a.snapshot-b', '01J'))).toBe('demo-a.snapshot-b');
  });
});
