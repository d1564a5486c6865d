/**
 * The throwaway copy of an environment: the same services beside the real ones. It has names, volumes and networks of its
 * own, whatever names the manifests fix; the engine chooses its host ports and addresses; what it mounts of this machine
 * is read-only; nothing in it is kept. Things that somebody else made are used as they are.
 */
import { portKey, type ResolvedPort } from '../manifest/resolve/ports.ts';
import type { Address } from '../model/address.ts';
import type { DesiredEnvironment, DesiredResource } from '../model/desired.ts';
import { isJsonObject, type Json, type JsonObject, member, memberAt } from '../model/json.ts';

const SUFFIX = '-bisect';

/** What the copy of an environment is called: `trueup destroy` takes it by this name. */
export function copyName(environment: string): string {
  return `${environment}${SUFFIX}`;
}

/** `project` is that of the real environment at one revision for all of them, so that one copy becomes the next. */
export function copyOf(environment: DesiredEnvironment, project: string): DesiredEnvironment {
  const copied = new Map<Address, DesiredResource>();
  for (const [address, resource] of environment.resources) copied.set(address, copyOfResource(resource, project));
  return {
    ...environment,
    name: copyName(environment.name),
    project: copyName(project),
    resources: copied,
    policies: { ...environment.policies, on_failure: 'stop', rollback: 'service', prune: true },
  };
}

function copyOfResource(resource: DesiredResource, project: string): DesiredResource {
  if (resource.external) return resource;
  const own: DesiredResource = { ...resource, protect: false, deletion_policy: 'delete', on_failure: 'stop' };
  const kept = { protect: false, deletion_policy: 'delete' };
  const prefix = copyName(project);
  switch (resource.type) {
    case 'service':
      return { ...own, name: `${prefix}-${own.key}-1`, config: { ...serviceConfig(own.config), ...kept } };
    case 'volume':
      return { ...own, name: `${prefix}_${own.key}`, config: { ...volumeConfig(own.config), ...kept } };
    case 'network':
      return { ...own, name: `${prefix}_${own.key}`, config: { ...networkConfig(own.config), ...kept } };
    case 'image':
    case 'vm':
    case 'cluster':
      return own;
    default:
      return resource.type satisfies never;
  }
}

/** A process keeps its ports, because nobody stands between it and them, and sees this machine as it is. */
function serviceConfig(config: JsonObject): JsonObject {
  if (isProcess(config)) return config;
  const { networking, storage } = config;
  return {
    ...config,
    networking: {
      ...objectOf(networking),
      ports: portsChosenByEngine(member(networking, 'ports')),
      networks: mapped(member(networking, 'networks'), (joined) => ({
        ...joined,
        ipv4_address: null,
        ipv6_address: null,
      })),
    },
    storage: {
      ...objectOf(storage),
      volumes: mapped(member(storage, 'volumes'), (mount) =>
        mount['host_path'] === null ? mount : { ...mount, mode: 'ro' },
      ),
    },
    // Other tools act on labels, and would take the copy for the real one.
    labels: {},
  };
}

/** What lies elsewhere would be the real data. Nobody backs up what is thrown away. */
function volumeConfig(config: JsonObject): JsonObject {
  const options = objectOf(config['driver_opts']);
  const driverOptions = Object.hasOwn(options, 'device') ? {} : options;
  return {
    ...config,
    driver_opts: driverOptions,
    metadata: { ...objectOf(config['metadata']), backup_enabled: false },
  };
}

/** Ranges and names of interfaces that are unique on a machine are left to the engine. */
function networkConfig(config: JsonObject): JsonObject {
  const options = Object.entries(objectOf(config['driver_opts'])).filter(([name]) => !name.endsWith('.bridge.name'));
  return { ...config, driver_opts: Object.fromEntries(options), ipam: { ...objectOf(config['ipam']), config: {} } };
}

function portsChosenByEngine(ports: Json): JsonObject {
  const chosen = publishedPorts(ports).map((port) => ({ ...port, host_port: null }));
  return Object.fromEntries(chosen.map((port) => [portKey(port), port]));
}

/** The ports of a resolved configuration. */
function publishedPorts(ports: Json): readonly ResolvedPort[] {
  return Object.values(objectOf(ports)).flatMap((port) => {
    const [inside, outside, ip] = [member(port, 'container_port'), member(port, 'host_port'), member(port, 'host_ip')];
    if (typeof inside !== 'number') return [];
    return [
      {
        container_port: inside,
        host_port: typeof outside === 'number' ? outside : null,
        protocol: member(port, 'protocol') === 'udp' ? 'udp' : 'tcp',
        host_ip: typeof ip === 'string' ? ip : null,
      },
    ];
  });
}

export function portsOf({ config }: DesiredResource): readonly ResolvedPort[] {
  return publishedPorts(memberAt(config, 'networking', 'ports'));
}

/** Whether a resolved service is a process. */
export function isProcess(config: JsonObject): boolean {
  return isJsonObject(config['process']);
}

function mapped(value: Json, change: (item: JsonObject) => JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(objectOf(value)).map(([key, item]) => [key, change(objectOf(item))]));
}

function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
