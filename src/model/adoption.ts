/**
 * Adoption: a person agrees that something that trueup did not make is ours. It is bound to one object and never to a name:
 * names change hands, and whoever makes something new under an adopted name is asked for nothing, so neither is it ours.
 */
import type { Address, ResourceType } from './address.ts';
import type { ObservedObject } from './observed.ts';

/** What a manifest claims and was met on an engine. */
export interface ClaimedObject {
  readonly engine: string;
  readonly type: ResourceType;
  readonly address: Address;
  /** Which one it is: {@link adoptedAs}. */
  readonly as: string;
}

/** Names one object for good: by its id, and where ids are given away again, by when it was made, too. */
export function adoptedAs({ id, born }: Pick<ObservedObject, 'id' | 'born'>): string {
  return born === undefined ? id : `${id} ${born}`;
}

/** For maps on one engine: no two objects have the same. */
export function claimKey({ type, as }: Pick<ClaimedObject, 'type' | 'as'>): string {
  return `${type} ${as}`;
}
