/**
 * What a container was made with and no manifest can say, as options of the engine's own command line. One table; a value
 * is never repeated, for it may be a secret.
 */
import type { ContainerInspect, MountPoint } from '../api/wire.ts';
import { tmpfsOptions } from '../fields/tmpfs.ts';

type Row = readonly [option: string, isSet: (inspect: ContainerInspect) => boolean];

const MIB = 1024 * 1024;
/** Of the engine, where nobody says otherwise. */
const SHM_SIZE = 64 * MIB;

const ROWS: readonly Row[] = [
  host('--add-host', 'ExtraHosts'),
  host('--blkio-weight', 'BlkioWeight'),
  host('--cap-add', 'CapAdd'),
  host('--cap-drop', 'CapDrop'),
  host('--cgroup-parent', 'CgroupParent'),
  host('--cpuset-cpus', 'CpusetCpus'),
  host('--cpuset-mems', 'CpusetMems'),
  host('--device', 'Devices'),
  host('--device-cgroup-rule', 'DeviceCgroupRules'),
  host('--dns', 'Dns'),
  host('--dns-option', 'DnsOptions'),
  host('--dns-search', 'DnsSearch'),
  config('--domainname', 'Domainname'),
  host('--gpus', 'DeviceRequests'),
  host('--group-add', 'GroupAdd'),
  config('--interactive', 'OpenStdin'),
  host('--ipc', 'IpcMode', ['private', 'shareable']),
  host('--link', 'Links'),
  ['--log-driver', ({ HostConfig }) => isSet(logOf(HostConfig['LogConfig']).Type, ['json-file'])],
  ['--log-opt', ({ HostConfig }) => isSet(logOf(HostConfig['LogConfig']).Config)],
  config('--mac-address', 'MacAddress'),
  ['--memory-swap', ({ HostConfig: { Memory = 0, MemorySwap = 0 } }) => isSet(MemorySwap, [2 * Memory])],
  host('--memory-swappiness', 'MemorySwappiness', [-1]),
  ['--mount bind-propagation', ({ Mounts }) => (Mounts ?? []).some(isPropagated)],
  ['--network container:', ({ HostConfig: { NetworkMode = '' } }) => NetworkMode.startsWith('container:')],
  host('--oom-kill-disable', 'OomKillDisable'),
  host('--oom-score-adj', 'OomScoreAdj'),
  host('--pid', 'PidMode'),
  host('--pids-limit', 'PidsLimit', [-1]),
  host('--privileged', 'Privileged'),
  host('--publish-all', 'PublishAllPorts'),
  host('--read-only', 'ReadonlyRootfs'),
  host('--rm', 'AutoRemove'),
  host('--runtime', 'Runtime', ['runc', 'crun', 'oci']),
  host('--security-opt', 'SecurityOpt'),
  host('--shm-size', 'ShmSize', [SHM_SIZE]),
  host('--storage-opt', 'StorageOpt'),
  host('--sysctl', 'Sysctls'),
  ['--tmpfs options', (inspect) => tmpfsOptions(inspect).some((name) => !['size', 'mode'].includes(name))],
  config('--tty', 'Tty'),
  host('--ulimit', 'Ulimits'),
  host('--userns', 'UsernsMode'),
  host('--uts', 'UTSMode'),
  host('--volumes-from', 'VolumesFrom'),
];

export function notCarried(inspect: ContainerInspect): readonly string[] {
  return ROWS.filter(([, wasSet]) => wasSet(inspect)).map(([option]) => option);
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

function isPropagated({ Type: type, Propagation: propagation = '' }: MountPoint): boolean {
  return type === 'bind' && propagation !== '' && propagation !== 'rprivate';
}
