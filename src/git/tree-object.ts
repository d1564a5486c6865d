/** A tree object of git as it stands in the object store: `<mode> <name>\0<id>`, one after the other. */

export type TreeEntryKind = 'file' | 'folder' | 'link' | 'submodule';

export interface TreeEntry {
  readonly name: string;
  readonly kind: TreeEntryKind;
  /** The object that holds its content; of a submodule a commit of another repo. */
  readonly id: string;
}

/** `idBytes` is how long ids are: 20 with SHA-1, 32 with SHA-256. */
export function parseTree(content: Buffer, idBytes: number): ReadonlyMap<string, TreeEntry> {
  const entries = new Map<string, TreeEntry>();
  for (let start = 0; start < content.length; ) {
    const space = content.indexOf(0x20, start);
    const end = content.indexOf(0, space);
    if (space === -1 || end === -1) break;
    const name = content.toString('utf8', space + 1, end);
    const id = content.toString('hex', end + 1, end + 1 + idBytes);
    entries.set(name, { name, kind: kindOf(content.toString('latin1', start, space)), id });
    start = end + 1 + idBytes;
  }
  return entries;
}

function kindOf(mode: string): TreeEntryKind {
  if (mode === '120000') return 'link';
  if (mode === '160000') return 'submodule';
  return mode === '40000' || mode === '040000' ? 'folder' : 'file';
}
