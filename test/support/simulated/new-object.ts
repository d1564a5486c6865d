/** Objects as the simulated engine makes them: with an id of its own, nothing attached, and not started. */
import type { ObjectReference } from '../../../src/drivers/scope.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import type { Ownership } from '../../../src/model/observed.ts';
import { withDefaults } from './images.ts';
import { UNBORN } from './life.ts';
import { frozen, type SimulatedObject } from './objects.ts';

export interface Blueprint {
  readonly config: JsonObject;
  readonly ownership: Ownership | null;
  readonly mounts: readonly string[];
  /** Of what is made from an image. */
  readonly image?: { readonly id: string; readonly defaults: JsonObject };
}

export function newObject(
  id: string,
  { type, name }: ObjectReference,
  { config, ownership, mounts, image }: Blueprint,
): SimulatedObject {
  const holdsData = type === 'volume' || type === 'vm' || type === 'cluster';
  const runs = type === 'service' || type === 'vm' || type === 'cluster';
  return {
    id,
    type,
    name,
    ownership,
    config: frozen(withDefaults(config, image?.defaults ?? null)),
    image_id: image?.id ?? null,
    defaults: image?.defaults ?? null,
    effective: null,
    attachments: new Map(),
    mounts,
    data: holdsData ? `data of ${id}` : null,
    life: runs ? UNBORN : null,
    log: [],
  };
}
