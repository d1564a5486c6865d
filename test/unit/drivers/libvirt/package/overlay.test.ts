import { describe, expect, it } from 'vitest';
import { placed, withHead } from '../../../../../src/drivers/libvirt/package/overlay.ts';
import { overlay } from './overlay-head.ts';

function imageOf(head: Buffer): string {
  return head.toString('utf8', 520, 520 + head.readUInt32BE(16));
}

describe('the head of a disk', () => {
  it('says where its image is now, and forgets the snapshots in it', () => {
    const changed = placed(overlay('/there/image'), '/here/in/another/pool/image');

    expect(changed === null ? null : imageOf(changed)).toBe('/here/in/another/pool/image');
    expect(changed?.readUInt32BE(60)).toBe(0);
    expect(changed?.readBigUInt64BE(64)).toBe(0n);
  });

  it('of one that lies over nothing stays so, and what does not fit is none', () => {
    expect(placed(overlay(null), null)?.readUInt32BE(16)).toBe(0);
    expect(placed(overlay(null), '/image')).toBeNull();
    expect(placed(overlay('/image'), null)).toBeNull();
    expect(placed(overlay('/image'), `/${'x'.repeat(1100)}`)).toBeNull();
    expect(placed(Buffer.from('raw'), null)).toBeNull();
  });

  it('that leads to another file of the host is refused', () => {
    const withExtension = (kind: number, text: string): Buffer => {
      const head = overlay('/image');
      head.writeUInt32BE(kind, 104);
      head.writeUInt32BE(text.length, 108);
      head.write(text, 112);
      return head;
    };
    const withFeature = (bit: bigint): Buffer => {
      const head = overlay('/image');
      head.writeBigUInt64BE(1n << bit, 72);
      return head;
    };

    expect(placed(withExtension(0xe2792aca, 'qcow2'), '/here')).not.toBeNull();
    expect(placed(withFeature(3n), '/here')).not.toBeNull();
    expect(placed(withExtension(0x44415441, '/etc/shadow'), '/here')).toBeNull();
    expect(placed(withExtension(0xe2792aca, 'vmdk'), '/here')).toBeNull();
    expect(placed(withFeature(2n), '/here')).toBeNull();
  });

  it('is changed in a stream, however that is cut, and nothing behind it is', async () => {
    const whole = Buffer.concat([overlay('/a'), Buffer.from('the rest')]);
    async function* pieces(): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < whole.length; at += 1000) yield whole.subarray(at, at + 1000);
    }

    const chunks: Uint8Array[] = [];
    for await (const chunk of withHead(pieces(), (head) => placed(head, '/bb') ?? head)) chunks.push(chunk);
    const out = Buffer.concat(chunks);

    expect(out).toHaveLength(whole.length);
    expect(imageOf(out)).toBe('/bb');
    expect(out.subarray(-8).toString()).toBe('the rest');
  });
});
