/**
 * New keys for old things. Where an address is written on an object for good, the object is found by its name: what
 * carries a declared name is that resource, whatever address is written on it. It is taken as if the new address stood
 * there, so that a key alone changes nothing, neither for itself nor for what refers to it.
 */
import type { DriverModel } from '../drivers/driver.ts';
import { type Address, keyOf } from '../model/address.ts';
import type { DesiredResource } from '../model/desired.ts';
import { isJsonObject, type Json, type JsonObject, member } from '../model/json.ts';
import type { Observation, ObservedObject } from '../model/observed.ts';
import { isOurs } from '../model/ownership.ts';

export interface ReaddressInput {
  readonly environment: string;
  /** All that the manifests declare. */
  readonly declared: ReadonlyMap<Address, DesiredResource>;
  readonly observations: ReadonlyMap<string, Observation>;
  readonly models: ReadonlyMap<string, DriverModel>;
  /** All ids are ours. */
  readonly owners: readonly string[];
}

export interface Readdressed {
  readonly observations: ReadonlyMap<string, Observation>;
  /** The addresses that are written on what was found under another one. */
  readonly written: ReadonlyMap<ObservedObject, Address>;
}

/** The observations as they are where every key is the one that it was. */
export function readdress(input: ReaddressInput): Readdressed {
  const written = new Map<ObservedObject, Address>();
  const observations = new Map(input.observations);
  for (const [engine, observation] of input.observations) {
    const model = input.models.get(engine);
    if (observation.status !== 'known' || model === undefined || model.addressedForGood.length === 0) continue;
    const renamed = renamedOn(engine, observation.objects, model, input);
    if (renamed.size === 0) continue;
    const keys = newKeys(renamed);
    const objects = observation.objects.map((object) => {
      const readdressed = withNewAddress(object, renamed.get(object) ?? null);
      const seen = object.type === 'service' ? withNewKeys(readdressed, keys) : readdressed;
      if (readdressed !== object && object.ownership !== null) written.set(seen, object.ownership.address);
      return seen;
    });
    observations.set(engine, { ...observation, objects });
  }
  return { observations, written };
}

/** Objects of ours that carry the name of a declared resource and another address, with the declared one. */
function renamedOn(
  engine: string,
  objects: readonly ObservedObject[],
  model: DriverModel,
  { environment, declared, owners }: ReaddressInput,
): ReadonlyMap<ObservedObject, Address> {
  const renamed = new Map<ObservedObject, Address>();
  let named: ReadonlyMap<string, DesiredResource> | null = null;
  for (const object of objects) {
    const { ownership, type, name } = object;
    const isHere = ownership?.environment === environment && isOurs(object, owners);
    if (!isHere || !model.addressedForGood.includes(type)) continue;
    const written = declared.get(ownership.address);
    if (written?.name === name && written.engine === engine) continue;
    named ??= byName(declared, engine);
    const resource = named.get(`${type} ${name}`);
    if (resource !== undefined) renamed.set(object, resource.address);
  }
  return renamed;
}

function byName(declared: ReadonlyMap<Address, DesiredResource>, engine: string): ReadonlyMap<string, DesiredResource> {
  const found = [...declared.values()].filter((resource) => resource.engine === engine && !resource.external);
  return new Map(found.map((resource) => [`${resource.type} ${resource.name}`, resource]));
}

function withNewAddress(object: ObservedObject, address: Address | null): ObservedObject {
  const { ownership } = object;
  return address === null || ownership === null ? object : { ...object, ownership: { ...ownership, address } };
}

interface NewKeys {
  readonly networks: ReadonlyMap<string, string>;
  readonly volumes: ReadonlyMap<string, string>;
}

function newKeys(renamed: ReadonlyMap<ObservedObject, Address>): NewKeys {
  const of = (wanted: 'network' | 'volume'): ReadonlyMap<string, string> =>
    new Map(
      [...renamed].flatMap(([{ type, ownership }, address]) =>
        type === wanted && ownership !== null ? [[keyOf(ownership.address), keyOf(address)] as const] : [],
      ),
    );
  return { networks: of('network'), volumes: of('volume') };
}

/** What a service joins and mounts, under the keys that the manifests have now. */
function withNewKeys(service: ObservedObject, keys: NewKeys): ObservedObject {
  const { configured, effective } = service;
  if (keys.networks.size === 0 && keys.volumes.size === 0) return service;
  const rekeyed = effective === null ? null : rekey(effective, keys);
  return { ...service, configured: rekey(configured, keys), effective: rekeyed };
}

function rekey(config: JsonObject, { networks, volumes }: NewKeys): JsonObject {
  const { networking = null, storage = null } = config;
  return {
    ...config,
    ...(isJsonObject(networking) ? { networking: withNetworks(networking, networks) } : {}),
    ...(isJsonObject(storage) ? { storage: withVolumes(storage, volumes) } : {}),
  };
}

function withNetworks(networking: JsonObject, keys: ReadonlyMap<string, string>): JsonObject {
  const joined = member(networking, 'networks');
  if (!isJsonObject(joined)) return networking;
  const entries = Object.entries(joined).map(([key, value]) => [keys.get(key) ?? key, value] as const);
  return { ...networking, networks: Object.fromEntries(entries) };
}

function withVolumes(storage: JsonObject, keys: ReadonlyMap<string, string>): JsonObject {
  const mounts = member(storage, 'volumes');
  if (!isJsonObject(mounts)) return storage;
  return { ...storage, volumes: Object.fromEntries(Object.entries(mounts).map(([at, mount]) => [at, remount(mount)])) };

  function remount(mount: Json): Json {
    const key = member(mount, 'volume');
    const now = typeof key === 'string' ? keys.get(key) : undefined;
    return now === undefined || !isJsonObject(mount) ? mount : { ...mount, volume: now };
  }
}
