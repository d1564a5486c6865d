/**
 * Every folder of a commit, read from its tree objects and taken at no word of git's about paths: an entry whose name holds a
 * slash looks like another path in every list. One process reads all of them. Bounded: a commit of a few hundred bytes can
 * hold more files than there is room for.
 */
import { setImmediate } from 'node:timers/promises';
import { TrueupError } from '../model/failure.ts';
import { commitRefused, shownPath } from './commit-refused.ts';
import { entryTrouble } from './entry-trouble.ts';
import { ObjectReader } from './object-reader.ts';
import { type RawTreeEntry, rawEntries } from './tree-object.ts';

export type WalkedFolder = ReadonlyMap<string, RawTreeEntry>;

export interface WalkedCommit {
  readonly top: WalkedFolder;
  /** Those below, by id, and in each by `bytes`. */
  readonly folders: ReadonlyMap<string, WalkedFolder>;
  readonly links: readonly WalkedLink[];
}

export interface WalkedLink {
  /** Names by their bytes, from the root down. */
  readonly path: readonly string[];
  readonly id: string;
}

/** Some 80,000 files and their folders are what is listed of a commit otherwise, too. */
const MOST_ENTRIES = 200_000;
const MOST_LINKS = 10_000;
/** In bytes, as systems have it. */
const LONGEST_PATH = 4_095;
/** Of one folder. */
const MAX_TREE_BYTES = 8 * 1024 * 1024;
const ENTRIES_A_TURN = 2_000;

/** Throws `commit_refused` for what git would not have written, and for more than is looked through. */
export async function walkCommit(root: string, commit: string, signal: AbortSignal): Promise<WalkedCommit> {
  await using reader = new ObjectReader(root, signal, MAX_TREE_BYTES);
  const top = await folderAt(reader, commit, `${commit}^{tree}`, []);
  const folders = new Map<string, WalkedFolder>([[TOP, top]]);
  const links: WalkedLink[] = [];
  const left: Place[] = [{ id: TOP, path: [], length: 0 }];
  let [entries, turn] = [0, 0];
  for (let place = left.pop(); place !== undefined; place = left.pop()) {
    const folder = folders.get(place.id) ?? (await folderAt(reader, commit, place.id, place.path));
    folders.set(place.id, folder);
    entries += folder.size;
    if (entries > MOST_ENTRIES) throw tooMuch(commit, `it has more than ${MOST_ENTRIES} files and folders`);
    for (const { bytes, kind, id } of folder.values()) {
      const path = [...place.path, bytes];
      const length = place.length + bytes.length + 1;
      if (length > LONGEST_PATH) throw oddEntry(commit, path, `is longer than ${LONGEST_PATH} bytes`);
      if (kind === 'folder') left.push({ id, path, length });
      if (kind === 'link') links.push({ path, id });
    }
    if (links.length > MOST_LINKS) throw tooMuch(commit, `it has more than ${MOST_LINKS} symbolic links`);
    turn += folder.size;
    if (turn < ENTRIES_A_TURN) continue;
    turn = 0;
    // Objects that are known already are walked without a wait.
    await setImmediate(undefined, { signal });
  }
  return { top, folders, links };
}

interface Place {
  readonly id: string;
  readonly path: readonly string[];
  /** Of the path, in bytes. */
  readonly length: number;
}

/** Stands for the id of the tree of the commit, which nobody needs. */
const TOP = 'top';

async function folderAt(
  reader: ObjectReader,
  commit: string,
  name: string,
  path: readonly string[],
): Promise<WalkedFolder> {
  const object = await reader.read(name).catch((error: unknown) => {
    const isTooLarge = error instanceof TrueupError && error.code === 'file_unreadable';
    throw isTooLarge ? tooMuch(commit, `${pathOf(path) || 'its top folder'} has too many entries`) : error;
  });
  if (object?.type !== 'tree') throw incomplete(commit, path);
  const { entries, isWhole } = rawEntries(object.content, commit.length / 2);
  const trouble = isWhole ? entryTrouble(entries) : { name: '', why: 'ends within an entry' };
  if (trouble !== null) throw oddEntry(commit, [...path, toBytes(trouble.name)], trouble.why);
  return new Map(entries.map((entry) => [entry.bytes, entry]));
}

/** Whatever is missing was to be there: the cache is damaged. */
function incomplete(commit: string, path: readonly string[]): TrueupError {
  const message = `commit ${commit.slice(0, 12)} is not here whole: the folder ${pathOf(path) || 'at its top'} is missing`;
  return new TrueupError('git_failed', message, { retryable: true, fields: { commit } });
}

function oddEntry(commit: string, path: readonly string[], why: string): TrueupError {
  const shown = pathOf(path);
  return commitRefused(commit, { reason: 'odd_entry', why: `${shown || 'its top folder'} ${why}`, paths: [shown] });
}

export function tooMuch(commit: string, why: string): TrueupError {
  return commitRefused(commit, { reason: 'too_much', why });
}

/** For people. */
export function pathOf(path: readonly string[]): string {
  return shownPath(Buffer.from(path.join('/'), 'latin1').toString('utf8').replace(/\/$/, ''));
}

function toBytes(name: string): string {
  return Buffer.from(name).toString('latin1');
}
