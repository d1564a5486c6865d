/**
 * What is wrong with the entries of one tree object. Git writes no such tree; who builds one by hand means that its readers
 * find different things under the same path. Pure.
 */
import { isDotGit } from './dot-git.ts';
import type { RawTreeEntry } from './tree-object.ts';

export interface EntryTrouble {
  /** Of the entry; empty where it has none. */
  readonly name: string;
  /** Goes on after the path of the entry. */
  readonly why: string;
}

/** In bytes, on every file system. */
const LONGEST_NAME = 255;

/** `null` where nothing is. */
export function entryTrouble(entries: readonly RawTreeEntry[]): EntryTrouble | null {
  const known = new Set<string>();
  let before: string | null = null;
  for (const entry of entries) {
    const { name, bytes } = entry;
    const sorted = entry.kind === 'folder' ? `${bytes}/` : bytes;
    const isTwice = known.has(bytes);
    const why = ofItself(entry) ?? (isTwice ? 'is there twice' : null);
    if (why !== null) return { name, why };
    if (before !== null && sorted < before) return { name, why: 'is not in the order that git keeps' };
    known.add(bytes);
    before = sorted;
  }
  return lookAlikes(entries);
}

function ofItself({ name, bytes, mode }: RawTreeEntry): string | null {
  if (bytes === '') return 'has an entry without a name';
  if (bytes.includes('/')) return 'has a slash in the name of one entry';
  if (bytes === '.' || bytes === '..') return 'is the name of another folder';
  if (isDotGit(name)) return 'is a name of the git folder';
  if (bytes.length > LONGEST_NAME) return `has a name of more than ${LONGEST_NAME} bytes`;
  return /^(0?40000|120000|160000|0?100[0-7]{3})$/.test(mode) ? null : `has the mode ${mode.slice(0, 20)}`;
}

/** Where there are links, a file system that takes two names for one decides what they lead to. */
function lookAlikes(entries: readonly RawTreeEntry[]): EntryTrouble | null {
  if (!entries.some(({ kind }) => kind === 'link')) return null;
  const known = new Map<string, RawTreeEntry>();
  for (const entry of entries) {
    const folded = entry.name.normalize('NFC').toLowerCase();
    const other = known.get(folded);
    if (other !== undefined && (entry.kind === 'link' || other.kind === 'link')) {
      return { name: entry.name, why: 'is a link, or stands beside one, whose name differs in case or accents alone' };
    }
    known.set(folded, entry);
  }
  return null;
}
