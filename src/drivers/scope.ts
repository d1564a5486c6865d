/** Which objects of an engine are meant. */
import type { Address, ResourceType } from '../model/address.ts';

/** Whose objects to look at. Objects of other owners that carry a wanted name are reported too: they are conflicts. */
export interface Scope {
  /** All ids are ours; the first is written on what we create. */
  readonly owners: readonly string[];
  readonly project: string;
  readonly environment: string;
  /**
   * Physical names that the manifests ask for, by type; of images their references. What was set aside from under such a
   * name is meant along, where nobody's labels stand on it.
   */
  readonly names: Readonly<Partial<Record<ResourceType, readonly string[]>>>;
  /** Physical names of what was made here last, declared still or not, by type: what of it cannot be read is not gone. Absent for none. */
  readonly recorded?: Readonly<Partial<Record<ResourceType, readonly string[]>>>;
  /** What the manifests call things that somebody else made, claimed or not: addresses by `<type> <physical name>`. */
  readonly external?: Readonly<Record<string, Address>>;
  /** Only these objects, for a targeted look; absent for all that is ours plus all that is named. */
  readonly only?: readonly ObjectReference[];
}

export interface ObjectReference {
  readonly type: ResourceType;
  readonly name: string;
}
