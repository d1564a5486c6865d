/** The beginning of a qcow2 that lies over an image, so that it fits elsewhere: where the image is, and that nothing else is in it. */

const QCOW2 = 0x51_46_49_fb;
const LONGEST_PATH = 1023;

/** Long enough to hold all that is changed. */
const HEAD_BYTES = 64 * 1024;

/**
 * Says where the image below is now, and forgets the snapshots in it: what libvirt knew of them stays behind, and without that
 * nobody could restore or remove them. `null` for what is no qcow2, or has no room for the path.
 */
export function placed(head: Uint8Array, image: string | null): Buffer | null {
  const changed = Buffer.from(head);
  if (changed.length < 72 || changed.readUInt32BE(0) !== QCOW2) return null;
  const at = Number(changed.readBigUInt64BE(8));
  if ((at === 0) !== (image === null)) return null;
  if (image !== null) {
    const path = Buffer.from(image);
    const room = Math.min(changed.length, 2 ** changed.readUInt32BE(20));
    if (path.length > LONGEST_PATH || at + path.length > room) return null;
    path.copy(changed, at);
    changed.writeUInt32BE(path.length, 16);
  }
  changed.writeUInt32BE(0, 60);
  changed.writeBigUInt64BE(0n, 64);
  return changed;
}

/** The same of a stream. `change` gets its first bytes and gives them back. */
export async function* withHead(
  content: AsyncIterable<Uint8Array>,
  change: (head: Buffer) => Uint8Array,
): AsyncGenerator<Uint8Array, void, undefined> {
  let head: Buffer | null = Buffer.alloc(0);
  for await (const chunk of content) {
    if (head === null) {
      yield chunk;
      continue;
    }
    head = Buffer.concat([head, chunk]);
    if (head.length < HEAD_BYTES) continue;
    yield change(head);
    head = null;
  }
  if (head !== null) yield change(head);
}
