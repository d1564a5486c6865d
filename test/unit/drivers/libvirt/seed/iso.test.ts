import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { readIso, writeIso } from '../../../../../src/drivers/libvirt/seed/iso.ts';
import { readVendorData, vendorData } from '../../../../../src/drivers/libvirt/seed/provision.ts';

describe('the image of a seed', () => {
  test.prop([fc.string({ maxLength: 9000 }), fc.string({ maxLength: 9000 })])(
    'gives back what was put in',
    (user, meta) => {
      const files = { 'user-data': user.toWellFormed(), 'meta-data': meta.toWellFormed() };

      expect(readIso(writeIso(files))).toEqual(files);
    },
  );

  it('is the same for the same files', () => {
    const files = { 'user-data': '#cloud-config\n', 'network-config': 'version: 2\n' };

    expect(writeIso(files).equals(writeIso(files))).toBe(true);
  });

  it('is none of ours where it is something else', () => {
    expect([readIso(Buffer.alloc(0)), readIso(Buffer.alloc(1_000_000))]).toEqual([{}, {}]);
  });
});

describe('scripts', () => {
  test.prop([
    fc.array(fc.record({ mode: fc.constantFrom('system', 'user'), script: fc.string({ minLength: 1 }) }), {
      minLength: 1,
    }),
  ])('are read back as they were declared', (declared) => {
    const scripts = declared.map(({ mode, script }) => ({ mode, script: script.toWellFormed() }));

    expect(readVendorData(vendorData(scripts) ?? undefined)).toEqual(scripts);
  });

  it('are none in what somebody else wrote', () => {
    expect(readVendorData('#cloud-config\n{"bootcmd":["reboot"]}')).toEqual([]);
  });
});
