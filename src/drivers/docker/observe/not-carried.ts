/**
 * What a container or a network was made with and no manifest can say, as options of the engine's own command line. One table
 * each; a value is never repeated, for it may be a secret.
 */
import type { ContainerInspect, HostConfig, ImageInspect, MountSpec, NetworkInspect } from '../api/wire.ts';
import { tmpfsOptions } from '../fields/tmpfs.ts';

/** What a container is held against. */
export interface Surroundings {
  readonly image: ImageInspect | null;
  /** Of the machine: `1`, or `2`; `null` where the engine does not say. */
  readonly cgroups: string | null;
}

type Row = readonly [option: string, isSet: (inspect: ContainerInspect, around: Surroundings) => boolean];

const MIB = 1024 * 1024;
/** Of the engine, where nobody says otherwise. */
const SHM_SIZE = 64 * MIB;

const ROWS: readonly Row[] = [
  host('--add-host', 'ExtraHosts'),
  host('--annotation', 'Annotations'),
  host('--blkio-weight', 'BlkioWeight'),
  host('--blkio-weight-device', 'BlkioWeightDevice'),
  host('--cap-add', 'CapAdd'),
  host('--cap-drop', 'CapDrop'),
  host('--cgroup-parent', 'CgroupParent'),
  ['--cgroupns', ({ HostConfig }, { cgroups }) => isSet(HostConfig['CgroupnsMode'], [usualCgroupns(cgroups)])],
  host('--cpu-rt-period', 'CpuRealtimePeriod'),
  host('--cpu-rt-runtime', 'CpuRealtimeRuntime'),
  host('--cpuset-cpus', 'CpusetCpus'),
  host('--cpuset-mems', 'CpusetMems'),
  host('--device', 'Devices'),
  host('--device-cgroup-rule', 'DeviceCgroupRules'),
  host('--device-read-bps', 'BlkioDeviceReadBps'),
  host('--device-read-iops', 'BlkioDeviceReadIOps'),
  host('--device-write-bps', 'BlkioDeviceWriteBps'),
  host('--device-write-iops', 'BlkioDeviceWriteIOps'),
  host('--dns', 'Dns'),
  host('--dns-option', 'DnsOptions'),
  host('--dns-search', 'DnsSearch'),
  config('--domainname', 'Domainname'),
  ['--expose', isExposing],
  host('--gpus', 'DeviceRequests'),
  host('--group-add', 'GroupAdd'),
  config('--interactive', 'OpenStdin'),
  host('--ipc', 'IpcMode', ['private', 'shareable']),
  host('--isolation', 'Isolation', ['default']),
  host('--kernel-memory', 'KernelMemory'),
  host('--link', 'Links'),
  endpoint('--link-local-ip', ({ IPAMConfig }) => isSet(IPAMConfig?.LinkLocalIPs)),
  ['--log-driver', ({ HostConfig }) => isSet(logOf(HostConfig['LogConfig']).Type, ['json-file'])],
  ['--log-opt', ({ HostConfig }) => isSet(logOf(HostConfig['LogConfig']).Config)],
  config('--mac-address', 'MacAddress'),
  ['--memory-swap', ({ HostConfig: { Memory = 0, MemorySwap = 0 } }) => isSet(MemorySwap, [2 * Memory])],
  host('--memory-swappiness', 'MemorySwappiness', [-1]),
  mount('--mount bind-propagation', ({ BindOptions: bind }) => isSet(member(bind, 'Propagation'), ['rprivate'])),
  mount('--mount bind-recursive', ({ BindOptions: bind }) =>
    ['NonRecursive', 'ReadOnlyNonRecursive', 'ReadOnlyForceRecursive'].some((name) => isSet(member(bind, name))),
  ),
  mount('--mount consistency', ({ Consistency }) => isSet(Consistency, ['default'])),
  mount('--mount tmpfs-options', ({ TmpfsOptions }) => isSet(member(TmpfsOptions, 'Options'))),
  mount('--mount volume-nocopy', ({ VolumeOptions }) => isSet(member(VolumeOptions, 'NoCopy'))),
  mount('--mount volume-subpath', ({ VolumeOptions }) => isSet(member(VolumeOptions, 'Subpath'))),
  ['--network container:', ({ HostConfig: { NetworkMode = '' } }) => NetworkMode.startsWith('container:')],
  endpoint('--network driver-opt', ({ DriverOpts }) => isSet(DriverOpts)),
  endpoint('--network gw-priority', ({ GwPriority }) => isSet(GwPriority)),
  host('--oom-kill-disable', 'OomKillDisable'),
  host('--oom-score-adj', 'OomScoreAdj'),
  host('--pid', 'PidMode'),
  host('--pids-limit', 'PidsLimit', [-1]),
  host('--privileged', 'Privileged'),
  host('--publish-all', 'PublishAllPorts'),
  host('--read-only', 'ReadonlyRootfs'),
  host('--rm', 'AutoRemove'),
  host('--runtime', 'Runtime', ['runc', 'crun', 'oci']),
  ['--security-opt', ({ HostConfig }) => isSecured(HostConfig)],
  host('--shm-size', 'ShmSize', [SHM_SIZE]),
  host('--storage-opt', 'StorageOpt'),
  host('--sysctl', 'Sysctls'),
  ['--tmpfs options', (inspect) => tmpfsOptions(inspect).some((name) => !['size', 'mode'].includes(name))],
  config('--tty', 'Tty'),
  host('--ulimit', 'Ulimits'),
  host('--userns', 'UsernsMode'),
  host('--uts', 'UTSMode'),
  ['--volume options', ({ HostConfig: { Binds } }) => (Binds ?? []).some(hasOptions)],
  host('--volumes-from', 'VolumesFrom'),
];

/** For tests: each has a container that was made with it. */
export const NOT_CARRIED: readonly string[] = ROWS.map(([option]) => option);

export function notCarried(inspect: ContainerInspect, around: Surroundings): readonly string[] {
  return ROWS.filter(([, wasSet]) => wasSet(inspect, around)).map(([option]) => option);
}

const NETWORK_ROWS: readonly (readonly [option: string, isSet: (network: NetworkInspect) => boolean])[] = [
  ['--aux-address', ({ IPAM }) => (IPAM?.Config ?? []).some((pool) => isSet(pool.AuxiliaryAddresses))],
  ['--config-from', ({ ConfigFrom }) => isSet(ConfigFrom?.Network)],
  ['--config-only', ({ ConfigOnly }) => isSet(ConfigOnly)],
  ['--ipam-opt', ({ IPAM }) => isSet(IPAM?.Options)],
  ['--ipv4=false', ({ EnableIPv4 }) => EnableIPv4 === false],
];

export function networkNotCarried(network: NetworkInspect): readonly string[] {
  return NETWORK_ROWS.filter(([, wasSet]) => wasSet(network)).map(([option]) => option);
}

function host(option: string, field: string, usual: readonly unknown[] = []): Row {
  return [option, ({ HostConfig }) => isSet(HostConfig[field], usual)];
}

function config(option: string, field: string): Row {
  return [
    option,
    ({ Config }) => {
      const fields: Readonly<Record<string, unknown>> = { ...Config };
      return isSet(fields[field]);
    },
  ];
}

/** Engines leave out, or give as nothing, what nobody asked for. */
function isSet(value: unknown, usual: readonly unknown[] = []): boolean {
  if (value === null || value === undefined || value === '' || value === 0 || value === false) return false;
  if (typeof value === 'object') return Object.keys(value).length > 0;
  return !usual.includes(value);
}

function logOf(value: unknown): { readonly Type?: unknown; readonly Config?: unknown } {
  return Object(value) as { readonly Type?: unknown; readonly Config?: unknown };
}

type Endpoint = NonNullable<ContainerInspect['NetworkSettings']['Networks']>[string];

/** Of the attachment to any of its networks. */
function endpoint(option: string, wasSet: (settings: Endpoint) => boolean): Row {
  return [option, ({ NetworkSettings }) => Object.values(NetworkSettings.Networks ?? {}).some(wasSet)];
}

/** Of what `--mount` asked for. */
function mount(option: string, wasSet: (mount: MountSpec) => boolean): Row {
  return [option, ({ HostConfig }) => (HostConfig.Mounts ?? []).some(wasSet)];
}

/** Options behind the second colon of `--volume` that are more than read or write. */
function hasOptions(bind: string): boolean {
  const [options = ''] = /(?<=:[^:]*:)[^:/]*$/.exec(bind) ?? [];
  return options.split(',').some((option) => !['', 'ro', 'rw', 'rprivate', 'z'].includes(option)) || isRelabelled(bind);
}

/** Engines write `z` behind every volume, where it means nothing; behind a path it does. */
function isRelabelled(bind: string): boolean {
  return bind.startsWith('/') && /:([^:/]*,)?z(,[^:/]*)?$/.test(bind);
}

/** Ports beyond those of the image and those that are published. */
function isExposing({ Config, HostConfig }: ContainerInspect, { image }: Surroundings): boolean {
  const known = { ...image?.Config?.ExposedPorts, ...HostConfig.PortBindings };
  return Object.keys(Config.ExposedPorts ?? {}).some((port) => !Object.hasOwn(known, port));
}

/** What is shared with the host has its label lifted by the engine itself; `systempaths` stands elsewhere. */
function isSecured(host: HostConfig): boolean {
  const isLifted = host['Privileged'] === true || host['IpcMode'] === 'host' || host['PidMode'] === 'host';
  const options = Array.isArray(host['SecurityOpt']) ? host['SecurityOpt'] : [];
  const isUnmasked = Array.isArray(host['MaskedPaths']) && host['MaskedPaths'].length === 0;
  return isUnmasked || options.some((option) => !(isLifted && option === 'label=disable'));
}

function usualCgroupns(cgroups: string | null): string {
  return cgroups === '2' ? 'private' : 'host';
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
