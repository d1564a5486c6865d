/** A size of something that has to be there: the schema keeps out a bare nought, and cannot see that `0MiB` is one. */
import type { Json } from '../../model/json.ts';
import type { ManifestPath } from '../layers.ts';
import { nameOf, shownValue } from '../schema-wording.ts';
import type { Scope } from './scope.ts';
import { canonicalSize } from './values.ts';

/** In canonical form; `null` when it is not set. */
export function someSize(
  value: string | number | undefined,
  path: ManifestPath,
  { reporter }: Pick<Scope, 'reporter'>,
): Json {
  const size = canonicalSize(value);
  if (value === undefined || (size !== null && size !== '0B')) return size;
  const wanted = size === null ? 'of less than 8 PiB' : 'of more than nothing';
  reporter.error('invalid_value', path, `${nameOf(path)} must be a size ${wanted}, not ${shownValue(value)}`);
  return size;
}
