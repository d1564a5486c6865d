/**
 * How physical names lead back to manifest keys: by the scope for what the manifests name, by the label of what is ours
 * in this environment, else by the physical name itself, made so that it is never taken for a key.
 */
import { keyOf, type ResourceType } from '../../../model/address.ts';
import type { Scope } from '../../scope.ts';
import type { NetworkInspect, VolumeInspect } from '../api/wire.ts';
import { ownershipFrom } from '../labels.ts';
import { NONE } from './predefined.ts';

export interface Names {
  /**
   * The key of an attached network; `null` when the network with this id is gone, or is none at all. A container that
   * never ran knows its networks by name alone: its ids are empty.
   */
  network(name: string, id: string): string | null;
  /** The key of a mounted volume; `null` when the volume is anonymous. */
  volume(name: string): string | null;
}

/** What the engine has, as its lists say. */
export interface Inventory {
  readonly networks: readonly NetworkInspect[];
  readonly volumes: readonly VolumeInspect[];
}

type Labels = Readonly<Record<string, string>> | null | undefined;

export function namesOf({ networks, volumes }: Inventory, scope: Scope): Names {
  const byId = new Map(networks.map((network) => [network.Id, network]));
  const byName = preferOurs(networks, scope);
  const volumesByName = preferOurs(volumes, scope);
  const networkKeys = knownKeys('network', networks, scope);
  const volumeKeys = knownKeys('volume', volumes, scope);
  return {
    network(name, id) {
      // Podman says the name once more in the place of the id.
      const found = id === '' || id === name ? byName.get(name) : byId.get(id);
      if (found === undefined) return null;
      if (found.Name === NONE) return null;
      return keyFor('network', found.Name, found.Labels, scope) ?? distinct(found.Name, networkKeys);
    },
    volume(name) {
      const labels = volumesByName.get(name)?.Labels;
      const key = keyFor('volume', name, labels, scope);
      if (key !== null) return key;
      return isAnonymous(name, labels) ? null : distinct(name, volumeKeys);
    },
  };
}

/** The manifests' own word comes first: labels stay what they were when a key is changed. */
function keyFor(type: ResourceType, name: string, labels: Labels, scope: Scope): string | null {
  const named = scope.external?.[`${type} ${name}`];
  if (named !== undefined) return keyOf(named);
  const ownership = ownershipFrom(labels);
  return ownership !== null && isOurs(labels, scope) ? keyOf(ownership.address) : null;
}

function isOurs(labels: Labels, { owners, environment }: Scope): boolean {
  const ownership = ownershipFrom(labels);
  return ownership !== null && ownership.environment === environment && owners.includes(ownership.owner);
}

/** Two networks may have one name. */
function preferOurs<T extends { readonly Name: string; readonly Labels?: Labels }>(
  objects: readonly T[],
  scope: Scope,
): ReadonlyMap<string, T> {
  const byName = new Map<string, T>();
  for (const object of objects) {
    if (!byName.has(object.Name) || isOurs(object.Labels, scope)) byName.set(object.Name, object);
  }
  return byName;
}

/** Every key that the manifests may have: of what is there, of what is external, and of what is still to be made. */
function knownKeys(
  type: 'network' | 'volume',
  objects: readonly { readonly Name: string; readonly Labels?: Labels }[],
  scope: Scope,
): ReadonlySet<string> {
  const prefix = `${scope.project}_`;
  const wanted = (scope.names[type] ?? []).flatMap((name) =>
    name.startsWith(prefix) ? [name.slice(prefix.length)] : [],
  );
  const found = objects.flatMap(({ Name, Labels }) => keyFor(type, Name, Labels, scope) ?? []);
  const external = Object.entries(scope.external ?? {}).flatMap(([name, address]) =>
    name.startsWith(`${type} `) ? [keyOf(address)] : [],
  );
  return new Set([...wanted, ...found, ...external]);
}

/** No key has a colon in it. */
function distinct(name: string, keys: ReadonlySet<string>): string {
  return keys.has(name) ? `engine:${name}` : name;
}

/** Nobody named it: the engine chose 64 digits, whatever has become of its label since. */
function isAnonymous(name: string, labels: Labels): boolean {
  return /^[0-9a-f]{64}$/.test(name) || labels?.['com.docker.volume.anonymous'] !== undefined;
}
