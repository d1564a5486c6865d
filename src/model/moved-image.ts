/** A swapped tag: the image that a service was made from has lost the name by which it was asked for. */
import type { Difference } from './change.ts';
import { parseFieldPath } from './field-path.ts';

/** What is live then has no name but its id; whether the tag means another image by now, or none, it does not say. */
export function isMovedImage({ field_path: path, before }: Pick<Difference, 'field_path' | 'before'>): boolean {
  const [group, field, ...below] = parseFieldPath(path) ?? [];
  if (group !== 'container' || field !== 'image' || below.length > 0) return false;
  return typeof before === 'string' && /^sha256:[0-9a-f]{64}$/.test(before);
}
