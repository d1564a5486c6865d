/** A commit whose files are put nowhere: what is said of it, and that it is remembered as such. */
import { TrueupError } from '../model/failure.ts';

export type RefusedReason =
  /** A symbolic link that leads out of the repo, into its git folder, or in a circle. */
  | 'outward_link'
  /** An entry that git would not have written, or that is found elsewhere than it is called. */
  | 'odd_entry'
  /** More than is looked through. */
  | 'too_much'
  /** Git itself does not put its files into place. */
  | 'not_placed';

export interface RefusedDetail {
  readonly reason: RefusedReason;
  /** Goes on after `commit … is refused: `. */
  readonly why: string;
  /** In the repo. */
  readonly paths?: readonly string[];
  readonly next?: string;
  readonly cause?: unknown;
}

const MOST_NAMED = 20;

export function commitRefused(commit: string, { reason, why, paths = [], next, cause }: RefusedDetail): TrueupError {
  return new TrueupError('commit_refused', `commit ${commit.slice(0, 12)} is refused: ${why}`, {
    cause,
    fields: { reason, commit, paths: paths.slice(0, MOST_NAMED) },
    next: next ?? 'have it corrected where it comes from; what was read last stays',
  });
}

/** A path of somebody else's, fit for a line of text: short, and without characters that are not shown as they are. */
export function shownPath(path: string): string {
  const plain = path.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) => {
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
  return plain.length > LONGEST_SHOWN ? `${plain.slice(0, LONGEST_SHOWN)}…` : plain;
}

const LONGEST_SHOWN = 120;
