/** Steps that reconcile carries out itself, through the driver's other calls: their verbs mean the same on every engine. */
import { typeOf } from '../../model/address.ts';
import { isHookEvent } from '../../model/hooks.ts';
import type { Step } from '../../model/plan.ts';

/** Takes a snapshot of a volume that could be harmed, while nobody writes to it. */
export const BACKUP = 'backup';

/** Puts the data of a snapshot in the place of what a volume holds. */
export const RESTORE_DATA = 'restore_data';

/** Takes a snapshot of a whole VM whose disks could be harmed, wherever it is. */
export const SNAPSHOT = 'snapshot';

export type OwnVerb = 'post_start' | 'pre_stop' | typeof BACKUP | typeof RESTORE_DATA | typeof SNAPSHOT;

/** `null` for a step that is the driver's. */
export function ownVerbOf({ verb, address }: Pick<Step, 'verb' | 'address'>): OwnVerb | null {
  if (typeOf(address) === 'service') return isHookEvent(verb) ? verb : null;
  if (typeOf(address) === 'vm') return verb === SNAPSHOT ? verb : null;
  return typeOf(address) === 'volume' && (verb === BACKUP || verb === RESTORE_DATA) ? verb : null;
}
