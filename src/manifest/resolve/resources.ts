/** Resources: services with their images, volumes, networks, VMs and clusters as desired, each with its physical name and placed on its engine. */
import { type Address, addressOf, keyOf } from '../../model/address.ts';
import type { DesiredResource } from '../../model/desired.ts';
import type { Network, Volume } from '../../model/generated/environment.ts';
import { compareText, type JsonObject } from '../../model/json.ts';
import type { ManifestPath } from '../layers.ts';
import { defaultsOf } from '../schema.ts';
import { CONTAINER_ENGINE } from './engines.ts';
import type { ServiceEntry } from './entries.ts';
import { type VmOrClusterEntry, vmOrClusterResource } from './vms-and-clusters.ts';
import type { ResolvedImages } from './images.ts';
import { DEFAULT_NETWORK, resolveIpam } from './networks.ts';
import type { Scope } from './scope.ts';
import { resolveTexts } from './texts.ts';
import { canonicalSet } from './values.ts';

const VOLUME_DEFAULTS = defaultsOf('volume');
const METADATA_DEFAULTS = defaultsOf('volume_metadata');
const NETWORK_DEFAULTS = defaultsOf('network');

/** By address, in the order of addresses. */
export function resolveResources(
  entries: readonly ServiceEntry[],
  images: ResolvedImages,
  others: readonly VmOrClusterEntry[],
  scope: Scope,
): ReadonlyMap<Address, DesiredResource> {
  const places = placeUsed(entries, scope);
  const resources = [
    ...entries.map((entry) => serviceResource(entry, images, scope)),
    ...images.resources,
    ...others.map((entry) => vmOrClusterResource(entry, scope)),
    ...Object.entries(scope.manifest.volumes ?? {}).map(([key, volume]) => volumeResource(key, volume, places, scope)),
    ...Object.entries(networksOf(entries, scope)).map(([key, network]) => networkResource(key, network, places, scope)),
  ];
  return new Map(
    resources
      .sort((left, right) => compareText(left.address, right.address))
      .map((resource) => [resource.address, resource]),
  );
}

/** The declared networks, and the default one where a service joins it. */
function networksOf(entries: readonly ServiceEntry[], { manifest }: Scope): Readonly<Record<string, Network>> {
  const networks = manifest.networks ?? {};
  if (Object.hasOwn(networks, DEFAULT_NETWORK)) return networks;
  const isJoined = entries.some((entry) => entry.attachments.some(({ network }) => network === DEFAULT_NETWORK));
  return isJoined ? { ...networks, [DEFAULT_NETWORK]: {} } : networks;
}

function serviceResource(
  { key, address, service, engine, dependencies, attachments, resolved }: ServiceEntry,
  { usedBy }: ResolvedImages,
  scope: Scope,
): DesiredResource {
  const image = usedBy.get(key);
  return {
    address,
    type: 'service',
    key,
    name: service.name ?? service.adopted?.name ?? `${scope.project}-${key}-1`,
    engine,
    external: false,
    ...(service.adopted === undefined ? {} : { adopted: true }),
    protect: resolved.config['protect'] === true,
    deletion_policy: service.deletion_policy === 'retain' ? 'retain' : 'delete',
    on_failure: service.on_failure ?? scope.manifest.policies?.on_failure ?? 'stop',
    drift: service.drift ?? scope.manifest.policies?.drift ?? 'report',
    config: resolved.config,
    dependencies: dependencies.running,
    uses: canonicalSet([
      ...resolved.mounts.used.map(({ volume }) => addressOf('volume', volume)),
      ...attachments.map(({ network }) => addressOf('network', network)),
      ...dependencies.uses,
      ...(image === undefined ? [] : [image]),
    ]),
    untracked: resolved.untracked,
  };
}

function volumeResource(
  key: string,
  volume: Volume,
  places: ReadonlyMap<Address, string>,
  scope: Scope,
): DesiredResource {
  const address = addressOf('volume', key);
  const { purpose = null, size_estimate_gb: size = null, ...backup } = volume.metadata ?? {};
  const deletionPolicy =
    volume.deletion_policy ?? (VOLUME_DEFAULTS['deletion_policy'] === 'delete' ? 'delete' : 'retain');
  const config: JsonObject = {
    type: volume.type ?? VOLUME_DEFAULTS['type'] ?? null,
    driver: volume.driver ?? VOLUME_DEFAULTS['driver'] ?? null,
    driver_opts: resolveTexts(textMap(volume.driver_opts), scope),
    labels: resolveTexts(volume.labels, scope),
    metadata: {
      purpose,
      size_estimate_gb: size,
      backup_enabled: backup.backup_enabled ?? METADATA_DEFAULTS['backup_enabled'] ?? null,
      backups_kept: backup.backups_kept ?? METADATA_DEFAULTS['backups_kept'] ?? null,
    },
    protect: volume.protect ?? false,
    deletion_policy: deletionPolicy,
  };
  return existing(address, volume, deletionPolicy, config, places, scope);
}

function networkResource(
  key: string,
  network: Network,
  places: ReadonlyMap<Address, string>,
  scope: Scope,
): DesiredResource {
  const address = addressOf('network', key);
  const deletionPolicy =
    network.deletion_policy ?? (NETWORK_DEFAULTS['deletion_policy'] === 'retain' ? 'retain' : 'delete');
  const config: JsonObject = {
    driver: network.driver ?? NETWORK_DEFAULTS['driver'] ?? null,
    driver_opts: resolveTexts(textMap(network.driver_opts), scope),
    internal: network.internal ?? NETWORK_DEFAULTS['internal'] ?? null,
    attachable: network.attachable ?? NETWORK_DEFAULTS['attachable'] ?? null,
    ipam: resolveIpam(network.ipam, ['networks', key], scope.reporter),
    labels: resolveTexts(network.labels, scope),
    protect: network.protect ?? false,
    deletion_policy: deletionPolicy,
  };
  return existing(address, network, deletionPolicy, config, places, scope);
}

/** What does not run: it only exists. */
function existing(
  address: Address,
  declared: Volume | Network,
  deletionPolicy: 'retain' | 'delete',
  config: JsonObject,
  places: ReadonlyMap<Address, string>,
  { project, manifest }: Scope,
): DesiredResource {
  const key = keyOf(address);
  return {
    address,
    type: address.startsWith('volume.') ? 'volume' : 'network',
    key,
    // What somebody else made has no prefix of ours.
    name: declared.name ?? declared.adopted?.name ?? (declared.external === true ? key : `${project}_${key}`),
    engine: declared.engine ?? places.get(address) ?? CONTAINER_ENGINE,
    external: declared.external ?? false,
    ...(declared.adopted === undefined ? {} : { adopted: true }),
    protect: declared.protect ?? false,
    deletion_policy: deletionPolicy,
    on_failure: manifest.policies?.on_failure ?? 'stop',
    drift: declared.drift ?? manifest.policies?.drift ?? 'report',
    config,
    dependencies: [],
    uses: [],
    untracked: [],
  };
}

/** Where volumes and networks are: on the engine of the services that use them. Use from two engines is an error. */
function placeUsed(entries: readonly ServiceEntry[], { manifest, reporter }: Scope): ReadonlyMap<Address, string> {
  const places = new Map<Address, string>();
  const users = new Map<Address, string>();

  function use(address: Address, declared: string | undefined, entry: ServiceEntry, path: ManifestPath): void {
    const place = declared ?? places.get(address);
    if (place === undefined) {
      places.set(address, entry.engine);
      users.set(address, `${entry.address} on "${entry.engine}"`);
    } else if (place !== entry.engine) {
      const first = declared === undefined ? `used by ${users.get(address)}` : `placed on "${declared}"`;
      const summary = `${address} is ${first}, and cannot be used from engine "${entry.engine}" too`;
      reporter.error('engine_conflict', path, summary, 'declare one for each engine');
    }
  }

  for (const entry of entries) {
    for (const { volume, path } of entry.resolved.mounts.used) {
      const declared = Object.hasOwn(manifest.volumes ?? {}, volume) ? manifest.volumes?.[volume]?.engine : undefined;
      use(addressOf('volume', volume), declared, entry, path);
    }
    for (const { network, segment } of entry.attachments) {
      const declared = Object.hasOwn(manifest.networks ?? {}, network)
        ? manifest.networks?.[network]?.engine
        : undefined;
      const path = ['services', entry.key, ...(segment === null ? [] : ['networking', 'networks', segment])];
      use(addressOf('network', network), declared, entry, path);
    }
  }
  return places;
}

function textMap(options: { readonly [key: string]: unknown } | undefined): Record<string, string> | undefined {
  if (options === undefined) return undefined;
  return Object.fromEntries(Object.entries(options).map(([key, value]) => [key, String(value)]));
}
