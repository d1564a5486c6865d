/** What the steps of a change are about: the object as it is now, and as it is to be called. */
import type { Address } from '../../../model/address.ts';
import type { Change } from '../../../model/change.ts';
import { isJsonObject, type JsonObject, memberAt } from '../../../model/json.ts';
import type { ObservedObject } from '../../../model/observed.ts';
import type { StepsContext } from '../../driver.ts';

/** An object as a step means it: by name, and by id where a namesake must not be taken for it. */
export interface Target {
  readonly address: Address;
  readonly name: string;
  readonly id: string | null;
}

/** The object that a change is about; `null` where there is none. */
export function presentObject(change: Change, context: StepsContext): ObservedObject | null {
  const { type, name, previous_address: previous } = change;
  if (previous === null) return context.find({ type, name });
  const known = context.observed.get(previous) ?? null;
  if (known === null || known.configured === change.before) return known;
  // A crash can leave two objects under one address; compare took the other one.
  const successor = context.find({ type, name: successorName(name) });
  return successor !== null && successor.configured === change.before ? successor : known;
}

/** The same as a step means it, under the address that it carries. */
export function presentTarget(change: Change, context: StepsContext): Target {
  const object = presentObject(change, context);
  const address = change.previous_address ?? change.address;
  return { address, name: object?.name ?? change.name, id: object?.id ?? null };
}

/** What a change makes anew, which nobody knows the id of yet. */
export function futureTarget({ address, name }: Pick<Change, 'address' | 'name'>): Target {
  return { address, name, id: null };
}

/** Volumes of a container that nobody named, by container path: they go along with whatever takes its place. */
export function anonymousOf(object: ObservedObject | null): JsonObject {
  const anonymous = memberAt(object?.status.details, 'anonymous_volumes');
  return isJsonObject(anonymous) ? anonymous : {};
}

/** What a container is called from its creation until its predecessor is gone. */
export function successorName(name: string): string {
  return `${name}.next`;
}
