/** A field that an engine cannot be given. */
import { fieldPath } from '../../../model/field-path.ts';
import type { Unsupported } from '../../driver.ts';

/** `isRefused` decides; `names` lead to the field, `detail` says what would be right. */
export function refusedIf(
  isRefused: boolean,
  names: readonly string[],
  summary: string,
  detail: string,
): readonly Unsupported[] {
  return isRefused ? [{ field_path: fieldPath(...names), summary, detail }] : [];
}
