/** Objects as the simulated engine makes them: with an id of its own, nothing attached, and not started. */
import type { ObjectReference } from '../../../src/drivers/driver.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import type { Ownership } from '../../../src/model/observed.ts';
import { UNBORN } from './life.ts';
import { frozen, type SimulatedObject } from './objects.ts';

export interface Blueprint {
  readonly config: JsonObject;
  readonly ownership: Ownership | null;
  readonly mounts: readonly string[];
}

export function newObject(
  id: string,
  { type, name }: ObjectReference,
  { config, ownership, mounts }: Blueprint,
): SimulatedObject {
  const holdsData = type === 'volume' || type === 'vm' || type === 'cluster';
  const runs = type === 'service' || type === 'vm' || type === 'cluster';
  return {
    id,
    type,
    name,
    ownership,
    config: frozen(config),
    effective: null,
    attachments: new Map(),
    mounts,
    data: holdsData ? `data of ${id}` : null,
    life: runs ? UNBORN : null,
    log: [],
  };
}
