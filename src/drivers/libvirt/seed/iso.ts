/**
 * A file system image of a few files in one folder: ISO 9660 with Joliet names, which every guest can read. It is written here
 * because tools for it differ from machine to machine, and in what they write; equal files give equal bytes.
 */

export type SeedFiles = Readonly<Record<string, string>>;

const SECTOR = 2048;
const LABEL = 'cidata';
/** Where what is. */
const PLAIN = 16;
const JOLIET = 17;
const END = 18;
const TABLES = { plain: [19, 20], joliet: [21, 22] } as const;
const FOLDERS = { plain: 23, joliet: 24 } as const;
const FIRST_FILE = 25;
const PATH_TABLE_BYTES = 10;
/** The first of January 1980: the same for all. */
const DATE: readonly number[] = [80, 1, 1, 0, 0, 0, 0];
const IS_FOLDER = 2;

interface Placed {
  readonly name: string;
  readonly sector: number;
  readonly data: Buffer;
}

export function writeIso(files: SeedFiles): Buffer {
  let next = FIRST_FILE;
  const placed = Object.entries(files).map(([name, text]): Placed => {
    const data = Buffer.from(text);
    const sector = next;
    next += sectorsOf(data.length);
    return { name, sector, data };
  });
  const image = Buffer.alloc(next * SECTOR);
  const put = (sector: number, bytes: Buffer): void => void bytes.copy(image, sector * SECTOR);
  put(PLAIN, descriptor('plain', next));
  put(JOLIET, descriptor('joliet', next));
  put(END, Buffer.from([255, ...Buffer.from('CD001'), 1]));
  for (const kind of ['plain', 'joliet'] as const) {
    const [little, big] = TABLES[kind];
    put(little, pathTable(FOLDERS[kind], false));
    put(big, pathTable(FOLDERS[kind], true));
    put(FOLDERS[kind], folder(kind, placed));
  }
  for (const { sector, data } of placed) put(sector, data);
  return image;
}

/** The files of such an image; none where it is another one. */
export function readIso(image: Buffer): SeedFiles {
  const head = image.subarray(JOLIET * SECTOR, (JOLIET + 1) * SECTOR);
  if (head.length < SECTOR || head[0] !== 2 || head.toString('latin1', 1, 6) !== 'CD001') return {};
  const at = head.readUInt32LE(156 + 2) * SECTOR;
  const entries = image.subarray(at, at + head.readUInt32LE(156 + 10));
  const files: Record<string, string> = {};
  for (let offset = 0; offset < entries.length; ) {
    const length = entries[offset] ?? 0;
    if (length === 0) break;
    const entry = entries.subarray(offset, offset + length);
    offset += length;
    if (((entry[25] ?? 0) & IS_FOLDER) !== 0) continue;
    const name = Buffer.from(entry.subarray(33, 33 + (entry[32] ?? 0)))
      .swap16()
      .toString('utf16le');
    const begin = entry.readUInt32LE(2) * SECTOR;
    files[name] = image.toString('utf8', begin, begin + entry.readUInt32LE(10));
  }
  return files;
}

type Kind = keyof typeof FOLDERS;

function descriptor(kind: Kind, sectors: number): Buffer {
  const head = Buffer.alloc(SECTOR);
  const isJoliet = kind === 'joliet';
  head[0] = isJoliet ? 2 : 1;
  head.write('CD001', 1, 'latin1');
  head[6] = 1;
  const blank = (from: number, length: number): void => {
    if (isJoliet) wide(' '.repeat(length / 2)).copy(head, from);
    else head.fill(' ', from, from + length);
  };
  blank(8, 32);
  blank(40, 32);
  if (isJoliet) wide(LABEL).copy(head, 40);
  else head.write(LABEL, 40, 'latin1');
  both32(sectors).copy(head, 80);
  // The sign of Joliet: names in two bytes a letter.
  if (isJoliet) head.write('%/E', 88, 'latin1');
  both16(1).copy(head, 120);
  both16(1).copy(head, 124);
  both16(SECTOR).copy(head, 128);
  both32(PATH_TABLE_BYTES).copy(head, 132);
  const [little, big] = TABLES[kind];
  head.writeUInt32LE(little, 140);
  head.writeUInt32BE(big, 148);
  record(Buffer.from([0]), FOLDERS[kind], SECTOR, true).copy(head, 156);
  blank(190, 512);
  head.fill(' ', 702, 813);
  for (const from of [813, 830, 847, 864]) head.write('0000000000000000', from, 'latin1');
  head[881] = 1;
  return head;
}

function folder(kind: Kind, files: readonly Placed[]): Buffer {
  const sector = FOLDERS[kind];
  const own = [Buffer.from([0]), Buffer.from([1])].map((name) => record(name, sector, SECTOR, true));
  const named = files.map(({ name, sector: at, data }) =>
    record(kind === 'joliet' ? wide(name) : plainName(name), at, data.length, false),
  );
  return Buffer.concat([...own, ...named]);
}

/** Eight capital letters, as readers have it that know nothing of Joliet. */
function plainName(name: string): Buffer {
  return Buffer.from(
    `${name
      .toUpperCase()
      .replace(/[^A-Z0-9]/g, '')
      .slice(0, 8)}.;1`,
  );
}

function record(name: Buffer, sector: number, bytes: number, isFolder: boolean): Buffer {
  const length = 33 + name.length + ((name.length + 1) % 2);
  const entry = Buffer.alloc(length);
  entry[0] = length;
  both32(sector).copy(entry, 2);
  both32(bytes).copy(entry, 10);
  Buffer.from(DATE).copy(entry, 18);
  entry[25] = isFolder ? IS_FOLDER : 0;
  both16(1).copy(entry, 28);
  entry[32] = name.length;
  name.copy(entry, 33);
  return entry;
}

function pathTable(sector: number, isBig: boolean): Buffer {
  const table = Buffer.alloc(PATH_TABLE_BYTES);
  table[0] = 1;
  if (isBig) table.writeUInt32BE(sector, 2);
  else table.writeUInt32LE(sector, 2);
  if (isBig) table.writeUInt16BE(1, 6);
  else table.writeUInt16LE(1, 6);
  return table;
}

function both32(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(value, 0);
  bytes.writeUInt32BE(value, 4);
  return bytes;
}

function both16(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt16LE(value, 0);
  bytes.writeUInt16BE(value, 2);
  return bytes;
}

function wide(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16();
}

function sectorsOf(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / SECTOR));
}
