/** The maps of a manifest that declare resources by key, one for each type. Images are declared by being used. */
import type { ResourceType } from '../model/address.ts';

export type CollectedType = Exclude<ResourceType, 'image'>;

export type Collection = `${CollectedType}s`;

const COLLECTED_TYPES: readonly CollectedType[] = ['service', 'volume', 'network', 'vm', 'cluster'];

export const COLLECTIONS: readonly Collection[] = COLLECTED_TYPES.map((type): Collection => `${type}s`);

/** `null` for a type that has none. */
export function collectionOf(type: ResourceType): Collection | null {
  return type === 'image' ? null : `${type}s`;
}

/** `null` for what is no collection. */
export function typeOfCollection(name: string): CollectedType | null {
  return COLLECTED_TYPES.find((type) => `${type}s` === name) ?? null;
}
