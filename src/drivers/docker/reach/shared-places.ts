/** What this process knows of each engine's places: one for all connections to it, which goes when nobody listens any more. */
import type { Ear } from '../observe/ear.ts';
import { KnownPlaces } from './known-places.ts';

/** By the identity of the engine. */
const PLACES = new Map<string, KnownPlaces>();

/** `null` where nobody listens. */
export function placesOf(engine: string): KnownPlaces | null {
  return PLACES.get(engine) ?? null;
}

/** To be told of the events of one stream. */
export function placesEar(engine: string): Ear {
  let told: { readonly places: KnownPlaces; readonly ear: Ear } | null = null;
  return {
    opened() {
      if (told === null) {
        const places = PLACES.get(engine) ?? new KnownPlaces();
        told = { places, ear: places.ear() };
      }
      PLACES.set(engine, told.places);
      told.ear.opened();
    },
    heard: (message) => told?.ear.heard(message),
    lost() {
      told?.ear.lost();
      if (told !== null && !told.places.isListening && PLACES.get(engine) === told.places) PLACES.delete(engine);
      told = null;
    },
  };
}
