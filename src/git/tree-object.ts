/** A tree object of git as it stands in the object store: `<mode> <name>\0<id>`, one after the other. */

export type TreeEntryKind = 'file' | 'folder' | 'link' | 'submodule';

export interface TreeEntry {
  readonly name: string;
  readonly kind: TreeEntryKind;
  /** The object that holds its content; of a submodule a commit of another repo. */
  readonly id: string;
}

/** An entry byte for byte, which need not be as git writes it. */
export interface RawTreeEntry extends TreeEntry {
  readonly mode: string;
  /** Each character stands for a byte. */
  readonly bytes: string;
}

/** `idBytes` is how long ids are: 20 with SHA-1, 32 with SHA-256. */
export function parseTree(content: Buffer, idBytes: number): ReadonlyMap<string, TreeEntry> {
  const { entries } = rawEntries(content, idBytes);
  return new Map(entries.map(({ name, kind, id }) => [name, { name, kind, id }]));
}

/** In their order. `isWhole`: the object does not end within an entry. */
export function rawEntries(
  content: Buffer,
  idBytes: number,
): { readonly entries: readonly RawTreeEntry[]; readonly isWhole: boolean } {
  const entries: RawTreeEntry[] = [];
  for (let start = 0; start < content.length; ) {
    const space = content.indexOf(0x20, start);
    const end = space === -1 ? -1 : content.indexOf(0, space);
    if (end === -1 || end + idBytes >= content.length) return { entries, isWhole: false };
    const mode = content.toString('latin1', start, space);
    entries.push({
      name: content.toString('utf8', space + 1, end),
      bytes: content.toString('latin1', space + 1, end),
      mode,
      kind: kindOf(mode),
      id: content.toString('hex', end + 1, end + 1 + idBytes),
    });
    start = end + 1 + idBytes;
  }
  return { entries, isWhole: true };
}

/** As git takes modes: a link with permissions is a link. */
function kindOf(mode: string): TreeEntryKind {
  switch (Number.parseInt(mode, 8) & 0o170000) {
    case 0o100000:
      return 'file';
    case 0o120000:
      return 'link';
    case 0o040000:
      return 'folder';
    default:
      return 'submodule';
  }
}
