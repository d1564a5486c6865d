/** What two references of images differ in: one word for the most that can be said. The same both ways. Pure. */
import type { Json } from '../../model/json.ts';
import { type ImageReference, isSameRepository, parseImageReference } from './image-reference.ts';
import { compareVersions, type VersionRelation } from './versions.ts';

export type ImageDifference =
  | 'other_image'
  | 'major'
  | 'minor'
  | 'patch'
  | 'digest_against_tag'
  | 'other_digest'
  | 'variant'
  | 'unknown'
  /** The same version of the same repository, from elsewhere or written in another way. */
  | 'registry';

/** `null` where one of them is no reference. */
export function imageDifference(left: Json, right: Json): ImageDifference | null {
  if (typeof left !== 'string' || typeof right !== 'string') return null;
  const [one, other] = [parseImageReference(left), parseImageReference(right)];
  if (!isSameRepository(one, other)) return 'other_image';
  const relation = relationOf(one, other);
  if (relation === 'major' || relation === 'minor' || relation === 'patch') return relation;
  if (one.digest !== null && other.digest !== null) return one.digest === other.digest ? 'registry' : 'other_digest';
  if (one.digest !== null || other.digest !== null) return 'digest_against_tag';
  return relation === 'same' ? 'registry' : relation;
}

function relationOf({ tag: left }: ImageReference, { tag: right }: ImageReference): VersionRelation {
  return left === null || right === null ? 'unknown' : compareVersions(left, right);
}
