/**
 * Claims: what manifests call theirs with `adopted`, and nobody's labels say so. Labels cannot be added to what exists, so
 * such an object is taken as if they stood on it, and is compared like any other of ours. What only its making could have
 * given it counts as given: the key among its aliases, and what mounted files were.
 */
import { adoptedAs, type ClaimedObject, claimKey } from '../model/adoption.ts';
import { isAddress, typeOf } from '../model/address.ts';
import { nameBeforeAside } from '../model/aside.ts';
import type { DesiredEnvironment, DesiredResource } from '../model/desired.ts';
import { compareText, isJsonArray, isJsonObject, type Json, type JsonObject, member, memberAt } from '../model/json.ts';
import type { Observation, ObservedObject, Recorded, RecordedResource } from '../model/observed.ts';

export interface ClaimsInput {
  readonly environment: Pick<DesiredEnvironment, 'name' | 'project' | 'resources'>;
  readonly recorded: Recorded;
  /** The id that is written on what we make. */
  readonly owner: string;
  /** Whether a claim does not count now; absent for none of them. */
  readonly except?: (claim: ClaimedObject) => boolean;
}

export interface Claim extends ClaimedObject {
  /** Whether a person has agreed to exactly this object before. */
  readonly isAdopted: boolean;
}

export interface Claimed {
  readonly observations: ReadonlyMap<string, Observation>;
  /** What is there, is claimed and counts, by address. */
  readonly claims: readonly Claim[];
}

/** Observations in which what is claimed carries what its labels would say. What was set aside is what it was before. */
export function withClaims(observations: ReadonlyMap<string, Observation>, input: ClaimsInput): Claimed {
  const resources = claimingIn(input.environment);
  const adopted = adoptedIn(input.recorded);
  const claims: Claim[] = [];
  const claimed = [...observations].map(([engine, observation]): [string, Observation] => {
    if (observation.status !== 'known') return [engine, observation];
    const objects = observation.objects.map((seen) => {
      const object = withoutClaim(seen);
      const resource = object.ownership === null ? resources.get(nameKey(engine, claimedName(object))) : undefined;
      if (resource === undefined) return object;
      const { type, address } = resource;
      const claim = { engine, type, address, as: adoptedAs(object) };
      if (input.except?.(claim) === true) return object;
      const record = adopted.get(objectKey(claim));
      claims.push({ ...claim, isAdopted: record !== undefined });
      return claimedObject(object, { resource, record: record ?? input.recorded.resources[address], input });
    });
    return [engine, { ...observation, objects }];
  });
  return {
    observations: new Map(claimed),
    claims: claims.toSorted((left, right) => compareText(left.address, right.address)),
  };
}

/** For maps over all engines. */
export function objectKey(claim: Pick<ClaimedObject, 'engine' | 'type' | 'as'>): string {
  return `${claim.engine}\0${claimKey(claim)}`;
}

/** Claims may count for one question and not for the next: what was claimed before counts anew. */
function withoutClaim({ claimed, ...object }: ObservedObject): ObservedObject {
  return claimed === true ? { ...object, ownership: null } : object;
}

function claimingIn({ resources }: Pick<DesiredEnvironment, 'resources'>): ReadonlyMap<string, DesiredResource> {
  const claiming = [...resources.values()].filter(({ adopted }) => adopted === true);
  return new Map(claiming.map((resource) => [nameKey(resource.engine, resource), resource]));
}

/** Its own name, or the one that it was set aside from under. */
function claimedName({ type, name }: ObservedObject): Pick<ObservedObject, 'type' | 'name'> {
  return { type, name: (type === 'service' ? nameBeforeAside(name) : null) ?? name };
}

function nameKey(engine: string, { type, name }: Pick<ObservedObject, 'type' | 'name'>): string {
  return `${engine}\0${type}\0${name}`;
}

/** What a person agreed to, whatever its address was then: what is called otherwise since is the same thing. */
function adoptedIn({ resources }: Recorded): ReadonlyMap<string, RecordedResource> {
  const addresses = Object.keys(resources).filter(isAddress);
  return new Map(
    addresses.flatMap((address) => {
      const record = resources[address];
      if (record === undefined) return [];
      const { engine, adopted = [] } = record;
      return adopted.map((as) => [objectKey({ engine, type: typeOf(address), as }), record] as const);
    }),
  );
}

interface ClaimContext {
  readonly resource: DesiredResource;
  /** What was applied to it last. */
  readonly record: RecordedResource | undefined;
  readonly input: ClaimsInput;
}

function claimedObject(object: ObservedObject, { resource, record, input }: ClaimContext): ObservedObject {
  const { environment, owner } = input;
  const { address, key, config } = resource;
  const ownership = {
    owner,
    project: environment.project,
    environment: environment.name,
    address,
    checkout: null,
    created_revision: null,
  };
  const claimed = { ...object, ownership, claimed: true } as const;
  if (object.type !== 'service') return claimed;
  const applied = record?.config ?? config;
  return { ...claimed, configured: withContents(withKey(object.configured, key, object.name), applied) };
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
