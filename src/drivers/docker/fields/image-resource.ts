/** An image that services are made from, as a resource of its own: what a reference means on an engine. */
import type { Json, JsonObject } from '../../../model/json.ts';
import type { ImageInspect } from '../api/wire.ts';
import type { Reading } from './group.ts';
import { picked, shapeOf } from './parts.ts';
import { platformOf, samePlatform } from './platform.ts';

const FIELDS = shapeOf([['platform']]);

/** An image as its manifest would say it. `reference` is the text under which it was found. */
export function imageFrom(reference: string, inspect: ImageInspect): Reading {
  const platform = platformOf(inspect);
  return { configured: { reference, platform }, defaults: { platform } };
}

/** When it is pulled is nothing that an engine knows of, and its reference is its name. */
export function comparableImage(config: JsonObject): JsonObject {
  return picked(config, FIELDS);
}

export function sameInImage(names: readonly string[], desired: Json, observed: Json): boolean {
  if (names[0] !== 'platform' || typeof desired !== 'string' || typeof observed !== 'string') return false;
  return samePlatform(desired, observed);
}
