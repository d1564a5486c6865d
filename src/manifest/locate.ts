/**
 * Locate: from a field of a resolved resource back to where its value is declared. Short forms are found by the key that
 * they resolve to. Nothing is computed before somebody asks.
 */
import { type Address, keyOf, typeOf } from '../model/address.ts';
import { type FieldPath, parseFieldPath } from '../model/field-path.ts';
import type { Cluster, Environment as Manifest, Service } from '../model/generated/environment.ts';
import { isJsonArray, type Json, type JsonObject, member } from '../model/json.ts';
import type { SourceRange } from '../model/source.ts';
import { collectionOf } from './collections.ts';
import type { Declared, ManifestPath } from './layers.ts';
import { addonKey } from './resolve/addons.ts';
import { declaredDependencies } from './resolve/dependencies.ts';
import type { NamedBy } from './resolve/images.ts';
import { itemKey } from './resolve/long-form.ts';
import { isProcess, mountKey, type ParsedMount, parseMount, partOf } from './resolve/mounts.ts';
import { DEFAULT_NETWORK, declaredAttachments } from './resolve/networks.ts';
import { parsePort, portKey } from './resolve/ports.ts';
import { absolutePath, type Scope } from './resolve/scope.ts';
import { awaitedToComplete } from './resolve/services.ts';
import { parseTmpfs, tmpfsItems } from './resolve/tmpfs.ts';
import { schemaAt } from './schema.ts';

/** Lists whose short forms say several fields at once; those of others are no more than names. */
const PARTED: ReadonlySet<string> = new Set(['networking.ports', 'storage.volumes', 'storage.tmpfs']);

export class Locator {
  readonly #scope: Scope;
  readonly #images: ReadonlyMap<Address, NamedBy>;
  #awaited: ReadonlyMap<Address, ManifestPath> | null = null;

  constructor(scope: Scope, images: ReadonlyMap<Address, NamedBy>) {
    this.#scope = scope;
    this.#images = images;
  }

  locate(address: Address, field: FieldPath): SourceRange | null {
    const names = parseFieldPath(field) ?? [];
    const path = this.#pathOf(address, names);
    return path === null ? null : this.#scope.reporter.layers.locate(path, path.length === 2 ? 'key' : 'field');
  }

  /** Every place at which the field itself is declared, the one that counts first. */
  declarations(address: Address, field: FieldPath): readonly Declared[] {
    const names = parseFieldPath(field) ?? [];
    const path = this.#pathOf(address, names);
    // Whoever joins the default network does not declare it.
    if (path === null || (typeOf(address) === 'network' && path[0] === 'services')) return [];
    const found = this.#scope.reporter.layers.declarations(path);
    const isOfParts = PARTED.has(names.slice(0, 2).join('.'));
    return found.filter(({ depth }) => depth === path.length || isOfParts);
  }

  /** Where a field stands, or would: with the indexes of lists in place of the keys of their items. */
  pathOf(address: Address, field: FieldPath): ManifestPath | null {
    return this.#pathOf(address, parseFieldPath(field) ?? []);
  }

  #pathOf(address: Address, names: readonly string[]): ManifestPath | null {
    const image = this.#images.get(address);
    if (image === undefined) {
      const isDerived = names[0] === 'run_state' && typeOf(address) === 'service';
      return isDerived ? this.#runState(address) : manifestPath(address, names, this.#scope);
    }
    const field = names[0] === 'platform' || names[0] === 'pull_policy' ? names[0] : 'image';
    return ['services', image[field], 'container', field];
  }

  /** A service completes because it says so, or because another one waits for that. */
  #runState(address: Address): ManifestPath | null {
    const { manifest } = this.#scope;
    const path = manifestPath(address, ['run'], this.#scope);
    if (path === null || manifest.services?.[keyOf(address)]?.run === 'once') return path;
    this.#awaited ??= awaitedToComplete(Object.entries(manifest.services ?? {}));
    return this.#awaited.get(address) ?? path;
  }
}

/** `null` for an address that nothing declares. */
function manifestPath(address: Address, names: readonly string[], scope: Scope): ManifestPath | null {
  const [type, key] = [typeOf(address), keyOf(address)];
  const { manifest } = scope;
  if (type === 'service') {
    const services = manifest.services ?? {};
    const service = Object.hasOwn(services, key) ? services[key] : undefined;
    return service === undefined ? null : servicePath(key, service, names, scope);
  }
  const collection = collectionOf(type);
  if (collection === null) return null;
  if (type !== 'network') {
    const declared = (manifest[collection] ?? {})[key];
    if (declared === undefined) return null;
    const path = indexedPath([collection, key], names, declared);
    return type === 'cluster' && names[0] === 'addons'
      ? addonPath(path, names[1], manifest.clusters?.[key], scope)
      : path;
  }
  const networks = manifest.networks ?? {};
  if (!Object.hasOwn(networks, key)) return key === DEFAULT_NETWORK ? firstMember(manifest) : null;
  return ['networks', key, ...networkNames(names, networks[key]?.ipam?.config ?? [])];
}

/** What has the schema's own form alone: items of keyed lists are found by their keys. */
function indexedPath(path: ManifestPath, names: readonly string[], declared: object): ManifestPath {
  const found = [...path];
  let value: Json = asJson(declared);
  for (const name of names) {
    const schema = schemaAt(found);
    if (isJsonArray(value) && schema !== null) {
      const index = value.findIndex(
        (item, at) => itemKey(item, schema, schemaAt([...found, String(at)]) ?? {}) === name,
      );
      if (index === -1) return found;
      found.push(String(index));
      value = value[index] ?? null;
      continue;
    }
    // A short form is one scalar: its parts have no places of their own.
    if (typeof value === 'string' || typeof value === 'number') return found;
    found.push(name);
    value = member(value, name);
  }
  return found;
}

/** Addons are found by where they lie. */
function addonPath(
  list: ManifestPath,
  key: string | undefined,
  cluster: Cluster | undefined,
  scope: Scope,
): ManifestPath {
  const index = (cluster?.addons ?? []).findIndex(
    (file, at) => addonKey(absolutePath(scope, file, [...list, String(at)]), scope.root) === key,
  );
  return index === -1 ? list : [...list, String(index)];
}

/** The boundary between values and types: what the schema has let through is JSON. */
function asJson(declared: object): Json {
  return declared as JsonObject;
}

function servicePath(key: string, service: Service, names: readonly string[], scope: Scope): ManifestPath {
  const { layers } = scope.reporter;
  const path = ['services', key];
  const [group, field = '', item, ...rest] = names;
  const below = names.slice(1);
  if (group === 'environment_variables' && field !== '' && !layers.declares([...path, group, field])) {
    const isShared = layers.declares([group, field]);
    return isShared ? [group, ...below] : [...path, group, ...below];
  }
  if (group === 'dependencies' && field !== '') {
    const segment = declaredDependencies(service).find(({ address }) => address === field)?.segment;
    return [...path, group, ...(segment === undefined ? [] : [segment, ...names.slice(2)])];
  }
  const index =
    group === undefined || item === undefined ? null : itemIndex(`${group}.${field}`, item, key, service, scope);
  if (group === undefined || index === null) return [...path, ...names];
  if (index === -1) return [...path, group, field];
  return [...path, group, field, String(index), ...rest];
}

/** The index of the item that resolves to the key; -1 when none does, `null` when the field is no keyed list. */
function itemIndex(list: string, item: string, key: string, service: Service, scope: Scope): number | null {
  const ofProcess = isProcess(service);
  switch (list) {
    case 'networking.ports':
      return (service.networking?.ports ?? []).findIndex((declared) =>
        (parsePort(declared, ofProcess).value ?? []).some((port) => portKey(port) === item),
      );
    case 'networking.networks':
      return listIndex(declaredAttachments(service), item);
    case 'storage.volumes':
      return (service.storage?.volumes ?? []).findIndex((declared, index) => {
        const mount = parseMount(declared, ofProcess).value;
        const path = ['services', key, 'storage', 'volumes', String(index)];
        return mount !== null && keyOfMount(mount, partOf(declared, path, 'host_path'), scope) === item;
      });
    case 'storage.tmpfs':
      return typeof service.storage?.tmpfs === 'string'
        ? null
        : tmpfsItems(service).findIndex((declared) => parseTmpfs(declared).value?.container_path === item);
    case 'health_check.endpoints':
      return (service.health_check?.endpoints ?? []).findIndex(({ url }) => url === item);
    default:
      return null;
  }
}

function keyOfMount(mount: ParsedMount, path: ManifestPath, scope: Scope): string {
  const hostPath = mount.host_path === null ? null : absolutePath(scope, mount.host_path, path);
  return mountKey(mount, hostPath, scope.root);
}

/** A map is found by its keys already. */
function listIndex(attachments: ReturnType<typeof declaredAttachments>, network: string): number | null {
  const segment = attachments.find((attachment) => attachment.network === network)?.segment ?? null;
  return segment !== null && segment !== network ? Number(segment) : null;
}

function networkNames(names: readonly string[], subnets: readonly { readonly subnet: string }[]): readonly string[] {
  const [group, field, subnet, ...rest] = names;
  if (group !== 'ipam' || field !== 'config' || subnet === undefined) return names;
  const index = subnets.findIndex((candidate) => candidate.subnet === subnet);
  return index === -1 ? [group, field] : [group, field, String(index), ...rest];
}

/** The default network is declared by nobody: whoever joins it first stands for it. */
function firstMember(manifest: Manifest): ManifestPath | null {
  const member = Object.entries(manifest.services ?? {}).find(([, service]) =>
    declaredAttachments(service).some(({ network }) => network === DEFAULT_NETWORK),
  );
  return member === undefined ? null : ['services', member[0]];
}
