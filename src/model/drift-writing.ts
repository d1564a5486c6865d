/** What was found outside of git, as edits of the manifests: what can be written, and what people have to write by hand. */
import type { Address } from './address.ts';
import type { FieldPath } from './field-path.ts';
import type { SourceRange } from './source.ts';

export interface WrittenDifference {
  readonly address: Address;
  readonly field_path: FieldPath;
  /** The manifest in which it is said now, relative to the root of the repo. */
  readonly file: string;
}

/** Why a difference is not written. */
export type ByHandReason =
  /** Nothing secret is ever written. */
  | 'secret'
  /** A resource that is missing, or that nothing declares, is more than a field. */
  | 'resource'
  /** Whether something runs is said by `start` and `stop`, not by a manifest. */
  | 'run_state'
  /** Git wants another value by now, and a person must choose. */
  | 'changed_in_git'
  /** What is declared moved with an input, and who moved that meant it. */
  | 'input'
  /** Every manifest of the environment is read by another one too. */
  | 'shared'
  /** The image's tag means another image by now: no other name for what runs is meant. */
  | 'image_moved'
  /** The content of a mounted file stands in that file. */
  | 'content'
  /** It names a place of this machine outside of the repo, which is another one for everybody. */
  | 'place'
  /** It uses a network or a volume that no manifest declares. */
  | 'undeclared'
  /** It is an item of a list that another manifest says, and that is never said anew for the sake of one item. */
  | 'inherited'
  /** Too much of what was found cannot be written: it was not tried. */
  | 'untried'
  /** No edit says it without saying something else. */
  | 'no_edit';

export interface ByHand {
  readonly address: Address;
  /** `null` for a resource as a whole. */
  readonly field_path: FieldPath | null;
  readonly reason: ByHandReason;
  /** What came of the attempt, in words; `null` where the reason says all. */
  readonly detail: string | null;
  /** The line to edit. */
  readonly source: SourceRange | null;
}

export interface EditedFile {
  /** Relative to the root of the repo. */
  readonly path: string;
  readonly before: string;
  readonly after: string;
  /** The same for people: with no secret in it, however it is written. */
  readonly shown: { readonly before: string; readonly after: string };
}

export interface DriftWriting {
  readonly environment: string;
  readonly files: readonly EditedFile[];
  readonly written: readonly WrittenDifference[];
  readonly by_hand: readonly ByHand[];
}
