/** Why a declared resource is not there, in a few words: where it is, if somebody gave it another name. Pure. */
import { nameBeforeAside } from '../model/aside.ts';
import type { DesiredResource } from '../model/desired.ts';
import type { ObservedObject } from '../model/observed.ts';
import { isOurs } from '../model/ownership.ts';

/** `objects`: all of its engine that are meant. */
export function missingReason(
  { type, address }: Pick<DesiredResource, 'type' | 'address'>,
  objects: readonly ObservedObject[],
  owners: readonly string[],
  wasApplied: boolean,
): string {
  const renamed = objects.find(
    (object) =>
      object.type === type &&
      object.ownership?.address === address &&
      isOurs(object, owners) &&
      nameBeforeAside(object.name) === null,
  );
  if (renamed === undefined && wasApplied) return 'it is gone: it was there when it was applied';
  return renamed === undefined ? 'not created' : `it is there under another name, ${renamed.name}`;
}
