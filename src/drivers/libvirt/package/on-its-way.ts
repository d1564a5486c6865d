/** What the mark of a disk keeps says whether it is still being put in place: such a disk counts as none. */
import type { JsonObject } from '../../../model/json.ts';

export const ON_ITS_WAY = { importing: true } as const;

export function isOnItsWay(kept: JsonObject): boolean {
  return kept['importing'] === true;
}
