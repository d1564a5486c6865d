/** What is said of a source that is followed by URL, and what is meant by it. Pure. */
import { refText, type RefSpec } from '../git/ref-spec.ts';
import type { Failure } from '../model/failure.ts';
import type { Brought } from './remote-fetch.ts';

/** `commit 1a2b3c4d5e6f (tag v1.2.3)`. */
export function moveWords(
  { ref, isRewritten }: Pick<Brought, 'ref' | 'isRewritten'>,
  commit: string,
  before: string | null,
): string {
  const tag = ref.kind === 'tag' ? ` (${refText(ref)})` : '';
  // Versions need not follow from one another.
  const isNews = isRewritten && ref.kind !== 'tag' && before !== null;
  const rewritten = isNews ? `, history rewritten: ${before.slice(0, 12)} is not behind it` : '';
  return `commit ${commit.slice(0, 12)}${tag}${rewritten}`;
}

/** Why it is not followed, and what is meanwhile. */
export function lostWords(trouble: Failure | null, commit: string | null): string {
  const message = trouble?.message ?? '';
  return commit === null ? message : `${message}; commit ${commit.slice(0, 12)} stays`;
}

/** Troubles of one kind are said once, however their words differ. */
export function kindOfTrouble({ code, fields }: Failure): string {
  const reason = fields['reason'];
  return typeof reason === 'string' ? `${code} ${reason}` : code;
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
