/**
 * Claims: what manifests call theirs with `adopted`, and nobody's labels say so. Labels cannot be added to what exists, so
 * such an object is taken as if they stood on it, and is compared like any other of ours. What only its making could have
 * given it counts as given: the key among its aliases, the marks of secrets, and what mounted files were.
 */
import type { Address } from '../model/address.ts';
import type { DesiredEnvironment, DesiredResource } from '../model/desired.ts';
import { compareText, isJsonArray, isJsonObject, type Json, type JsonObject, member, memberAt } from '../model/json.ts';
import type { Observation, ObservedObject, Recorded } from '../model/observed.ts';
import { isSecret, type Sealer } from '../model/secret.ts';

export interface ClaimsInput {
  readonly environment: Pick<DesiredEnvironment, 'name' | 'project' | 'resources'>;
  readonly recorded: Recorded;
  /** The id that is written on what we make. */
  readonly owner: string;
  readonly sealer: Sealer;
  /** Claims that do not count now. */
  readonly except?: ReadonlySet<Address>;
}

export interface Claimed {
  readonly observations: ReadonlyMap<string, Observation>;
  /** What is there, is claimed and was not applied yet; sorted. */
  readonly unadopted: readonly Address[];
}

/** Observations in which what is claimed carries what its labels would say. */
export function withClaims(observations: ReadonlyMap<string, Observation>, input: ClaimsInput): Claimed {
  const claims = claimsOf(input);
  if (claims.size === 0) return { observations, unadopted: [] };
  const unadopted: Address[] = [];
  const claimed = [...observations].map(([engine, observation]): [string, Observation] => {
    if (observation.status !== 'known') return [engine, observation];
    const objects = observation.objects.map((object) => {
      const resource = object.ownership === null ? claims.get(claimKey(engine, object)) : undefined;
      if (resource === undefined) return object;
      if (!isAdopted(resource, input.recorded)) unadopted.push(resource.address);
      return claimedObject(object, resource, input);
    });
    return [engine, { ...observation, objects }];
  });
  return { observations: new Map(claimed), unadopted: unadopted.toSorted(compareText) };
}

/** Addresses by `<type> <physical name>`: what a step may touch although nobody's labels stand on it. */
export function claimedNames(environment: Pick<DesiredEnvironment, 'resources'>, engine: string): Claims {
  const claimed = [...environment.resources.values()].filter((one) => one.adopted === true && one.engine === engine);
  return Object.fromEntries(claimed.map(({ type, name, address }) => [`${type} ${name}`, address]));
}

type Claims = Readonly<Record<string, Address>>;

function claimsOf({ environment, except }: ClaimsInput): ReadonlyMap<string, DesiredResource> {
  const claimed = [...environment.resources.values()].filter(
    ({ adopted, address }) => adopted === true && except?.has(address) !== true,
  );
  return new Map(claimed.map((resource) => [claimKey(resource.engine, resource), resource]));
}

function claimKey(engine: string, { type, name }: Pick<ObservedObject, 'type' | 'name'>): string {
  return `${engine}\0${type}\0${name}`;
}

/** A person has said so before: only what was adopted, or carried out, is recorded. */
function isAdopted({ address, engine, name }: DesiredResource, { resources }: Recorded): boolean {
  const known = Object.hasOwn(resources, address) ? resources[address] : undefined;
  return known?.engine === engine && known.name === name;
}

function claimedObject(object: ObservedObject, resource: DesiredResource, input: ClaimsInput): ObservedObject {
  const { environment, owner, recorded, sealer } = input;
  const { address, key, config } = resource;
  const ownership = {
    owner,
    project: environment.project,
    environment: environment.name,
    address,
    checkout: null,
    created_revision: null,
  };
  const sealed = sealedLike(object.configured, config, sealer);
  const configured = isJsonObject(sealed) ? sealed : object.configured;
  if (object.type !== 'service') return { ...object, ownership, configured };
  const applied = recorded.resources[address]?.config ?? config;
  return { ...object, ownership, configured: withContents(withKey(configured, key, object.name), applied) };
}

/** Sealed where a secret is declared: what it is made of, a label would say. */
function sealedLike(observed: Json, desired: Json, sealer: Sealer): Json {
  if (isSecret(desired)) return typeof observed === 'string' ? sealer.seal(observed) : observed;
  if (isJsonArray(observed)) {
    if (!isJsonArray(desired)) return observed;
    return observed.map((item, index) => sealedLike(item, desired[index] ?? null, sealer));
  }
  if (!isJsonObject(observed) || isSecret(observed)) return observed;
  return mapped(observed, (value, name) => sealedLike(value, member(desired, name), sealer));
}

/** The key is a name on each network from the next creation on; its own name a container has in any case. */
function withKey(config: JsonObject, key: string, name: string): JsonObject {
  const networks = memberAt(config, 'networking', 'networks');
  if (!isJsonObject(networks)) return config;
  const named = mapped(networks, (attachment) => {
    const aliases = member(attachment, 'aliases');
    const others = isJsonArray(aliases) ? aliases.filter((alias) => alias !== name && alias !== key) : [];
    return { ...objectOf(attachment), aliases: [...others, key].map(String).toSorted(compareText) };
  });
  return { ...config, networking: { ...objectOf(member(config, 'networking')), networks: named } };
}

/** What files were when the process was told of them nobody knows; what was applied first stands for it. */
function withContents(config: JsonObject, applied: JsonObject): JsonObject {
  const mounts = memberAt(config, 'storage', 'volumes');
  if (!isJsonObject(mounts)) return config;
  const known = mapped(mounts, (mount, path) => {
    const content = member(mount, 'content') ?? memberAt(applied, 'storage', 'volumes', path, 'content');
    return { ...objectOf(mount), content };
  });
  return { ...config, storage: { ...objectOf(member(config, 'storage')), volumes: known } };
}

function mapped(object: JsonObject, change: (value: Json, name: string) => Json): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value, name)]));
}

function objectOf(value: Json): JsonObject {
  return isJsonObject(value) ? value : {};
}
