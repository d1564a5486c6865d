/**
 * A container for each option that no manifest has: how it is made on an engine, and what the engine then says of it. What an
 * engine, its machine or the command line may refuse is said; the rest has to be made.
 */
import type { ContainerInspect } from '../../../../src/drivers/docker/api/wire.ts';

type Said = Readonly<Record<string, unknown>>;

export interface Uncarried {
  /** As it is said. */
  readonly option: string;
  /** Behind `docker create`; `other` is a container, `lab` a network, `files` a volume. Empty where nobody can here. */
  readonly words: readonly string[];
  /** Whether it may be that it cannot be made, or that nothing of it is kept, and why. */
  readonly unless?: string;
  readonly inspect: Partial<ContainerInspect>;
}

const LAB = { Networks: { lab: {} } };

function host(option: string, words: readonly string[], said: Said, unless?: string): Uncarried {
  return { option, words, inspect: { HostConfig: said }, ...(unless === undefined ? {} : { unless }) };
}

function config(option: string, words: readonly string[], said: Said): Uncarried {
  return { option, words, inspect: { Config: { Image: 'app:1', ...said } } };
}

function mount(option: string, words: readonly string[], said: Said, unless?: string): Uncarried {
  return host(option, words, { Mounts: [{ Type: 'bind', Source: '/etc', Target: '/v', ...said }] }, unless);
}

const KERNEL = 'not every kernel has it';
const RECENT = 'only the current engine and its command line have it';

export const UNCARRIED: readonly Uncarried[] = [
  host('--add-host', ['--add-host=db:192.0.2.1'], { ExtraHosts: ['db:192.0.2.1'] }),
  host('--annotation', ['--annotation=a=b'], { Annotations: { a: 'b' } }, RECENT),
  host('--blkio-weight', ['--blkio-weight=300'], { BlkioWeight: 300 }, KERNEL),
  host('--blkio-weight-device', ['--blkio-weight-device=/dev/null:300'], { BlkioWeightDevice: [{}] }, KERNEL),
  host('--cap-add', ['--cap-add=NET_ADMIN'], { CapAdd: ['CAP_NET_ADMIN'] }),
  host('--cap-drop', ['--cap-drop=MKNOD'], { CapDrop: ['CAP_MKNOD'] }),
  host('--cgroup-parent', ['--cgroup-parent=/x'], { CgroupParent: '/x' }),
  host('--cgroupns', ['--cgroupns=host'], { CgroupnsMode: 'host' }, 'it is the usual one of older machines'),
  host('--cpu-rt-period', ['--cpu-rt-period=1000000'], { CpuRealtimePeriod: 1_000_000 }, KERNEL),
  host('--cpu-rt-runtime', ['--cpu-rt-runtime=1000'], { CpuRealtimeRuntime: 1000 }, KERNEL),
  host('--cpuset-cpus', ['--cpuset-cpus=0'], { CpusetCpus: '0' }),
  host('--cpuset-mems', ['--cpuset-mems=0'], { CpusetMems: '0' }),
  host('--device', ['--device=/dev/null:/dev/x'], { Devices: [{ PathOnHost: '/dev/null' }] }),
  host('--device-cgroup-rule', ['--device-cgroup-rule=c 1:3 mr'], { DeviceCgroupRules: ['c 1:3 mr'] }),
  host('--device-read-bps', ['--device-read-bps=/dev/null:1mb'], { BlkioDeviceReadBps: [{}] }, KERNEL),
  host('--device-read-iops', ['--device-read-iops=/dev/null:9'], { BlkioDeviceReadIOps: [{}] }, KERNEL),
  host('--device-write-bps', ['--device-write-bps=/dev/null:1mb'], { BlkioDeviceWriteBps: [{}] }, KERNEL),
  host('--device-write-iops', ['--device-write-iops=/dev/null:9'], { BlkioDeviceWriteIOps: [{}] }, KERNEL),
  host('--dns', ['--dns=192.0.2.53'], { Dns: ['192.0.2.53'] }),
  host('--dns-option', ['--dns-option=ndots:2'], { DnsOptions: ['ndots:2'] }),
  host('--dns-search', ['--dns-search=x.example'], { DnsSearch: ['x.example'] }),
  config('--domainname', ['--domainname=x.example'], { Domainname: 'x.example' }),
  config('--expose', ['--expose=99'], { ExposedPorts: { '99/tcp': {} } }),
  host('--gpus', ['--gpus=all'], { DeviceRequests: [{ Count: -1 }] }),
  host('--group-add', ['--group-add=5'], { GroupAdd: ['5'] }),
  config('--interactive', ['--interactive'], { OpenStdin: true }),
  host('--ipc', ['--ipc=host'], { IpcMode: 'host', SecurityOpt: ['label=disable'] }),
  host('--isolation', [], { Isolation: 'hyperv' }, 'Windows has it'),
  host('--kernel-memory', ['--kernel-memory=64m'], { KernelMemory: 67_108_864 }, 'engines had it until 2023'),
  host('--link', ['--link=other'], { Links: ['/other:/x/other'] }),
  {
    option: '--link-local-ip',
    words: ['--network=lab', '--link-local-ip=169.254.1.9'],
    inspect: { NetworkSettings: { Networks: { lab: { IPAMConfig: { LinkLocalIPs: ['169.254.1.9'] } } } } },
  },
  host('--log-driver', ['--log-driver=none'], { LogConfig: { Type: 'none', Config: {} } }),
  host('--log-opt', ['--log-opt=max-size=1m'], { LogConfig: { Type: 'json-file', Config: { 'max-size': '1m' } } }),
  {
    ...config('--mac-address', ['--mac-address=02:42:ac:11:00:99'], { MacAddress: '02:42:ac:11:00:99' }),
    unless: 'a current command line asks for it in words that an old engine does not know',
  },
  host('--memory-swap', ['--memory=64m', '--memory-swap=64m'], { Memory: 8, MemorySwap: 8 }, KERNEL),
  host('--memory-swappiness', ['--memory-swappiness=5'], { MemorySwappiness: 5 }, KERNEL),
  mount('--mount bind-propagation', ['--mount=type=bind,src=/etc,dst=/v,bind-propagation=rslave'], {
    BindOptions: { Propagation: 'rslave' },
  }),
  mount('--mount bind-recursive', ['--mount=type=bind,src=/etc,dst=/v,bind-nonrecursive'], {
    BindOptions: { NonRecursive: true },
  }),
  mount('--mount consistency', ['--mount=type=bind,src=/etc,dst=/v,consistency=cached'], { Consistency: 'cached' }),
  mount(
    '--mount tmpfs-options',
    [],
    { TmpfsOptions: { Options: [['noexec']] } },
    'the command line has no word for it',
  ),
  mount('--mount volume-nocopy', ['--mount=type=volume,src=files,dst=/v,volume-nocopy'], {
    VolumeOptions: { NoCopy: true },
  }),
  mount(
    '--mount volume-subpath',
    ['--mount=type=volume,src=files,dst=/v,volume-subpath=a'],
    { VolumeOptions: { Subpath: 'a' } },
    RECENT,
  ),
  host('--network container:', ['--network=container:other'], { NetworkMode: 'container:x' }),
  {
    option: '--network driver-opt',
    words: ['--network=name=lab,driver-opt=a=b'],
    inspect: { NetworkSettings: { Networks: { lab: { DriverOpts: { a: 'b' } } } } },
  },
  {
    option: '--network gw-priority',
    words: ['--network=name=lab,gw-priority=5'],
    unless: RECENT,
    inspect: { NetworkSettings: { Networks: { lab: { GwPriority: 5 } } } },
  },
  host('--oom-kill-disable', ['--oom-kill-disable'], { OomKillDisable: true }, KERNEL),
  host('--oom-score-adj', ['--oom-score-adj=5'], { OomScoreAdj: 5 }),
  host('--pid', ['--pid=host'], { PidMode: 'host', SecurityOpt: ['label=disable'] }),
  host('--pids-limit', ['--pids-limit=50'], { PidsLimit: 50 }),
  host('--privileged', ['--privileged'], { Privileged: true, SecurityOpt: ['label=disable'], MaskedPaths: null }),
  host('--publish-all', ['--publish-all'], { PublishAllPorts: true }),
  host('--read-only', ['--read-only'], { ReadonlyRootfs: true }),
  host('--rm', ['--rm'], { AutoRemove: true }),
  host('--runtime', ['--runtime=io.containerd.runc.v2'], { Runtime: 'io.containerd.runc.v2' }),
  host('--security-opt', ['--security-opt=no-new-privileges'], { SecurityOpt: ['no-new-privileges'] }),
  host('--security-opt', ['--security-opt=systempaths=unconfined'], { SecurityOpt: [], MaskedPaths: [] }),
  host('--shm-size', ['--shm-size=32m'], { ShmSize: 33_554_432 }),
  host('--storage-opt', ['--storage-opt=size=1g'], { StorageOpt: { size: '1g' } }, 'not every file system has it'),
  host('--sysctl', ['--sysctl=net.ipv4.ip_forward=1'], { Sysctls: { 'net.ipv4.ip_forward': '1' } }),
  host('--tmpfs options', ['--tmpfs=/t:noexec'], { Tmpfs: { '/t': 'noexec' } }),
  config('--tty', ['--tty'], { Tty: true }),
  host('--ulimit', ['--ulimit=nofile=99'], { Ulimits: [{ Name: 'nofile' }] }),
  host('--userns', ['--userns=host'], { UsernsMode: 'host' }),
  host('--uts', ['--uts=host'], { UTSMode: 'host' }),
  host('--volume options', ['--volume=files:/v:nocopy'], { Binds: ['files:/v:nocopy'] }),
  host('--volume options', ['--volume=/etc:/v:z'], { Binds: ['/etc:/v:z'] }),
  host('--volume options', ['--volume=/etc:/v:ro,rslave'], { Binds: ['/etc:/v:ro,rslave'] }),
  host('--volumes-from', ['--volumes-from=other'], { VolumesFrom: ['other'] }),
];

/** What engines say of a container of which nobody said anything, and nothing of it is lost. */
export const USUAL: readonly Partial<ContainerInspect>[] = [
  { HostConfig: { CgroupnsMode: 'private', IpcMode: 'private', ShmSize: 67_108_864, PidsLimit: null, CapAdd: null } },
  { HostConfig: { Isolation: 'default', LogConfig: { Type: 'json-file', Config: {} }, MaskedPaths: ['/proc/kcore'] } },
  {
    HostConfig: { Memory: 8, MemorySwap: 16, Runtime: 'runc', SecurityOpt: null, PidsLimit: -1, MemorySwappiness: -1 },
  },
  { HostConfig: { Binds: ['files:/v:z', '/etc:/v:ro', 'files:/w'], Tmpfs: { '/t': 'size=1,mode=700' } } },
  { HostConfig: { PortBindings: { '80/tcp': [] } }, Config: { ExposedPorts: { '80/tcp': {} } }, NetworkSettings: LAB },
];
