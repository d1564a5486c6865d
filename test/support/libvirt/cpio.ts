/** Archives as the kernel unpacks them at boot: cpio in its "newc" form. */

export interface CpioEntry {
  readonly path: string;
  readonly mode: number;
  readonly data: Uint8Array;
}

const FILE = 0o10_0000;
const FOLDER = 0o4_0000;

export function file(path: string, data: string | Uint8Array, mode = 0o644): CpioEntry {
  return { path, mode: FILE | mode, data: Buffer.from(data) };
}

export function folder(path: string): CpioEntry {
  return { path, mode: FOLDER | 0o755, data: new Uint8Array() };
}

export function cpio(entries: readonly CpioEntry[]): Buffer {
  const trailer = { path: 'TRAILER!!!', mode: 0, data: new Uint8Array() };
  return Buffer.concat([...entries, trailer].flatMap((entry, index) => record(entry, index + 1)));
}

function record({ path, mode, data }: CpioEntry, inode: number): readonly Buffer[] {
  const name = Buffer.from(`${path}\0`);
  const fields = [inode, mode, 0, 0, 1, 0, data.length, 0, 0, 0, 0, name.length, 0];
  const head = Buffer.from(`070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`);
  return [padded(Buffer.concat([head, name])), padded(Buffer.from(data))];
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}
