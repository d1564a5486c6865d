/** Desired resources for the contract suite, in the form in which the loader hands them over. */
import { type Address, addressOf, type ResourceType } from '../../../src/model/address.ts';
import type { DesiredResource } from '../../../src/model/desired.ts';
import { isJsonObject, type Json, type JsonObject, member } from '../../../src/model/json.ts';
import { physicalName } from './stage.ts';

export interface DesiredParts {
  readonly engine: string;
  readonly config: JsonObject;
  readonly uses?: readonly Address[];
  readonly deletion_policy?: 'retain' | 'delete';
}

export function desiredResource(type: ResourceType, key: string, parts: DesiredParts): DesiredResource {
  const { engine, config, uses = [], deletion_policy: policy = 'delete' } = parts;
  return {
    address: addressOf(type, key),
    type,
    key,
    name: physicalName(type, key),
    engine,
    external: false,
    protect: false,
    deletion_policy: policy,
    on_failure: 'stop',
    drift: 'report',
    config: { ...config, protect: false, deletion_policy: policy },
    dependencies: [],
    uses,
    untracked: [],
  };
}

/** The service with its configuration changed by a merge patch (RFC 7396). */
export function patched(resource: DesiredResource, patch: JsonObject): DesiredResource {
  const config = mergePatch(resource.config, patch);
  return { ...resource, config: isJsonObject(config) ? config : {} };
}

/** Unlike in RFC 7396, `null` sets a field to `null`: in a resolved configuration that is the same as none. */
function mergePatch(target: Json, patch: Json): Json {
  if (!isJsonObject(patch) || !isJsonObject(target)) return patch;
  const merged: Record<string, Json> = { ...target };
  for (const [name, value] of Object.entries(patch)) merged[name] = mergePatch(member(target, name), value);
  return merged;
}
