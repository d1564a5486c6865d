import { describe, expect, it } from 'vitest';
import { checksumOf } from '../../../../../src/drivers/lima/snapshots/checksum.ts';
import { parseRecord, recordText, type SnapshotRecord } from '../../../../../src/drivers/lima/snapshots/record.ts';
import type { ImageInfo } from '../../../../../src/drivers/lima/qemu-img/image-info.ts';
import { templateText } from '../../../../../src/drivers/lima/template/fill.ts';
import type { JsonObject } from '../../../../../src/model/json.ts';
import { begunSnapshot } from '../../../../../src/drivers/kept-snapshot.ts';

const RECORD: SnapshotRecord = {
  id: 'id-1',
  snapshot: begunSnapshot(
    'vm-1',
    { id: 'id-1', label: 'before', description: 'all green', trigger: 'manual', at: '2026-11-23T10:00:00.000Z' },
    'Running',
  ),
  isWhole: true,
  disks: ['data'],
  template: 'cpus: 1\n',
  kept: { labels: { team: 'core' } },
};

function image(token: string): ImageInfo {
  return { format: 'qcow2', virtualBytes: 1, actualBytes: 1, snapshots: [{ name: 'id-1', token }] };
}

describe('the record of a snapshot', () => {
  it('is read back as it was written', () => {
    expect(parseRecord(recordText(RECORD))).toEqual(RECORD);
  });

  it('is none where it was cut off, or is something else', () => {
    expect(['', '{}', '[]', recordText(RECORD).slice(0, 40)].map(parseRecord)).toEqual([null, null, null, null]);
  });
});

describe('the checksum of a snapshot', () => {
  const first = { key: null, path: '/disk', info: image('1.2.0') };

  it('is another one where the definition or any disk is', () => {
    const sum = checksumOf(RECORD, [first]);

    expect(checksumOf(RECORD, [first])).toBe(sum);
    expect(checksumOf({ ...RECORD, template: 'cpus: 2\n' }, [first])).not.toBe(sum);
    expect(checksumOf(RECORD, [{ ...first, info: image('1.3.0') }])).not.toBe(sum);
    expect(checksumOf(RECORD, [first, { key: 'data', path: '/data', info: image('1.2.0') }])).not.toBe(sum);
  });

  it('tells nothing of what is secret, and is another one where the rest beside it is', () => {
    const kept = { secrets: ['environment_variables.TOKEN', 'provision.1'] };
    const sumWith = (env: JsonObject, ...scripts: readonly string[]): string => {
      const provision = scripts.map((script) => ({ mode: 'system', script }));
      return checksumOf({ ...RECORD, kept, template: templateText({ env, provision }) }, [first]);
    };
    const sum = sumWith({ TOKEN: 'hush', COUNT: '3' }, 'true', 'echo hush');

    expect(sumWith({ TOKEN: 'other', COUNT: '3' }, 'true', 'echo other')).toBe(sum);
    expect(sumWith({ TOKEN: 'hush', COUNT: '4' }, 'true', 'echo hush')).not.toBe(sum);
    expect(sumWith({ TOKEN: 'hush', COUNT: '3' }, 'false', 'echo hush')).not.toBe(sum);
  });
});
