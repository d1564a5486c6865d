/**
 * What nobody could look at on a side: it may hold more than anybody knows, and then what the other side alone is known to have
 * may be there as well. Pure.
 */
import { type Address, typeOf } from '../../model/address.ts';
import type { ParityResource, ParitySide, UnknownPart } from '../../model/parity.ts';

/** What belongs to the side and could not be looked at. */
export function unseenOf({ unknown }: Pick<ParitySide, 'unknown'>): ReadonlySet<Address> {
  return new Set(unknown.flatMap(({ addresses }) => addresses));
}

/** What of a side may be what the other one has under a name that this one does not know. */
export interface HiddenPlaces {
  /** Where the resource of the other side may be; `null` where it is known not to be there. */
  placeOf(resource: Pick<ParityResource, 'type' | 'driver'>): UnknownPart | null;
}

/** `paired` are those of its own that the other side has, too, under whatever name. */
export function hiddenPlaces(side: ParitySide, paired: ReadonlySet<Address>): HiddenPlaces {
  const places = side.unknown.map((part) => ({
    part,
    driver: side.engines.find(({ name }) => name === part.engine)?.driver ?? null,
    // An engine may hold what nobody declares; manifests hold what stands there.
    isOpen: side.origin === 'observed' && part.engine !== null,
    hasStrangers: part.addresses.some((address) => typeOf(address) === 'service' && !paired.has(address)),
  }));
  return {
    placeOf: ({ type, driver }) => {
      const found = places.find((place) => {
        if (place.driver !== null && place.driver !== driver) return false;
        // Services alone are known again under another name.
        return place.isOpen || (type === 'service' && place.hasStrangers);
      });
      return found?.part ?? null;
    },
  };
}
