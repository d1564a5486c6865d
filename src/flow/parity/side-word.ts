/**
 * What a word of `parity` stands for: an environment of the working tree, one at a revision, or a saved observation. A file
 * that is there is meant before anything that only has such a name. Pure.
 */
import { TrueupError } from '../../model/failure.ts';

export type SideWord =
  | { readonly kind: 'environment'; readonly label: string; readonly name: string }
  | { readonly kind: 'revision'; readonly label: string; readonly name: string; readonly revision: string }
  | { readonly kind: 'observation'; readonly label: string; readonly path: string };

/** `isFile` says whether a regular file lies there. Throws `usage` for what stands for nothing. */
export function sideWord(word: string, isFile: (path: string) => boolean): SideWord {
  if (word !== '' && isFile(word)) return { kind: 'observation', label: word, path: word };
  // Revisions hold slashes and further at signs, environments neither.
  const at = word.indexOf('@');
  if (at !== -1 && !word.slice(0, at).includes('/')) return atRevision(word, at);
  if (word.includes('/') || word.endsWith('.json')) return { kind: 'observation', label: word, path: word };
  if (word === '') throw new TrueupError('usage', 'an environment has no name', { next: NEXT });
  return { kind: 'environment', label: word, name: word };
}

const NEXT = 'write an environment, `ENVIRONMENT@REVISION`, or the path of a saved observation';

function atRevision(word: string, at: number): SideWord {
  const [name, revision] = [word.slice(0, at), word.slice(at + 1)];
  if (name === '' || revision === '') {
    const missing = name === '' ? 'the environment' : 'the revision';
    throw new TrueupError('usage', `"${word}" lacks ${missing}`, { next: NEXT });
  }
  return { kind: 'revision', label: word, name, revision };
}
