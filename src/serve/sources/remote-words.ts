/** What is said of a source that is followed by URL, and what is meant by it. Pure. */
import { refText, type RefSpec } from '../../git/ref-spec.ts';
import type { Failure } from '../../model/failure.ts';
import type { Brought } from './remote-fetch.ts';

type Moved = Pick<Brought, 'ref' | 'isRewritten'>;

/** Whether it is news that a commit does not follow from the one before: versions need not. */
export function saysRewritten({ ref, isRewritten }: Moved, before: string | null): boolean {
  return isRewritten && ref.kind !== 'tag' && before !== null;
}

/** `commit 1a2b3c4d5e6f (tag v1.2.3)`. */
export function moveWords(moved: Moved, commit: string, before: string | null): string {
  const { ref } = moved;
  const tag = ref.kind === 'tag' ? ` (${refText(ref)})` : '';
  const isNews = saysRewritten(moved, before);
  const rewritten = isNews ? `, history rewritten: ${before?.slice(0, 12) ?? ''} is not behind it` : '';
  return `commit ${commit.slice(0, 12)}${tag}${rewritten}`;
}

/** Why it is not followed, and what is meanwhile. */
export function lostWords(trouble: Failure | null, commit: string | null): string {
  const message = trouble?.message ?? '';
  return commit === null ? message : `${message}; commit ${commit.slice(0, 12)} stays`;
}

/** Whether it is about what the remote has, and not about the remote: then there is no hurry to ask again. */
export function isOfWhatIsThere({ code }: Failure): boolean {
  return code === 'signature_refused' || code === 'commit_refused';
}

/** Whether a push to a branch or tag may move what is followed. */
export function mayConcern(
  ref: RefSpec,
  { type, name }: { readonly type: 'branch' | 'tag'; readonly name: string },
): boolean {
  switch (ref.kind) {
    case 'default':
      // Which branch that is only the remote knows.
      return type === 'branch';
    case 'branch':
    case 'tag':
      return type === ref.kind && name === ref.name;
    case 'semver':
      return type === 'tag';
    case 'commit':
      return false;
    case 'name':
      return true;
    default:
      return ref satisfies never;
  }
}
