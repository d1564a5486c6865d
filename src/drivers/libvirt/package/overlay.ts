/** The beginning of a qcow2 that lies over an image, so that it fits elsewhere: where the image is, and that nothing else is in it. */

const QCOW2 = 0x51_46_49_fb;
const LONGEST_PATH = 1023;

/** Not closed properly, compressed otherwise, finer clusters. What else a reader has to know is refused: a file for the data beside it. */
const HARMLESS_FEATURES = 0b1_1001n;

/** The format of the image below, names of features, and bitmaps. An external data file or a key for decrypting is none of them. */
const HARMLESS_EXTENSIONS: ReadonlySet<number> = new Set([0xe2792aca, 0x6803f857, 0x23852875]);
const BELOW = 0xe2792aca;

/** Long enough to hold all that is changed. */
const HEAD_BYTES = 64 * 1024;

/**
 * Says where the image below is now, and forgets the snapshots in it: what libvirt knew of them stays behind, and without that
 * nobody could restore or remove them. `null` for what is no qcow2, or has no room for the path.
 */
export function placed(head: Uint8Array, image: string | null): Buffer | null {
  const changed = Buffer.from(head);
  if (changed.length < 72 || changed.readUInt32BE(0) !== QCOW2) return null;
  if (!isPlain(changed)) return null;
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

/** Whether all that it is made of is in it and in the image below: nothing of it leads to another file of the host. */
function isPlain(head: Buffer): boolean {
  const version = head.readUInt32BE(4);
  const isEncrypted = head.readUInt32BE(32) !== 0;
  if (isEncrypted) return false;
  if (version === 2) return hasPlainExtensions(head, 72);
  if (version !== 3 || head.length < 104) return false;
  const unknown = head.readBigUInt64BE(72) & ~HARMLESS_FEATURES;
  return unknown === 0n && hasPlainExtensions(head, head.readUInt32BE(100));
}

function hasPlainExtensions(head: Buffer, from: number): boolean {
  for (let at = from; at + 8 <= head.length; ) {
    const [kind, length] = [head.readUInt32BE(at), head.readUInt32BE(at + 4)];
    if (kind === 0) return true;
    if (!HARMLESS_EXTENSIONS.has(kind)) return false;
    const text = head.subarray(at + 8, at + 8 + length).toString('latin1');
    if (kind === BELOW && text !== 'qcow2' && text !== 'raw') return false;
    at += 8 + Math.ceil(length / 8) * 8;
  }
  return false;
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
