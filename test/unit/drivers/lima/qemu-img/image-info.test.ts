import { describe, expect, it } from 'vitest';
import { infoIn } from '../../../../../src/drivers/lima/qemu-img/image-info.ts';
import { recorded } from '../recorded.ts';

describe('what qemu-img says of an image', () => {
  it('tells its sizes, how it is stored, and each snapshot by the moment in which it was taken', () => {
    expect(infoIn(recorded('image-info.json'))).toEqual({
      format: 'qcow2',
      virtualBytes: 20_971_520,
      actualBytes: 85_282_816,
      snapshots: [
        { name: 'one', token: '1795446390.126876000.0' },
        { name: 'live', token: '1795446425.296182000.84848173' },
      ],
    });
  });

  it('tells of none where there are none', () => {
    expect(infoIn('{"format":"raw","virtual-size":1,"actual-size":0}').snapshots).toEqual([]);
  });
});
