/**
 * What the Docker Engine API answers, as far as this driver reads it: https://docs.docker.com/reference/api/engine/.
 * Names are the engine's own. Everything that an engine, an older version or Podman may leave out is optional.
 */

export interface VersionAnswer {
  readonly Version: string;
  readonly ApiVersion: string;
  readonly MinAPIVersion?: string;
  readonly Os: string;
  readonly Arch: string;
  readonly Components?: readonly { readonly Name: string; readonly Version: string }[] | null;
}

export interface InfoAnswer {
  readonly Driver: string;
  readonly DriverStatus?: readonly (readonly [string, string])[] | null;
  readonly OSType: string;
  readonly Architecture: string;
  readonly NCPU: number;
  readonly MemTotal: number;
  readonly CgroupDriver?: string;
  readonly CgroupVersion?: string;
  readonly CpuCfsQuota?: boolean;
  readonly MemoryLimit?: boolean;
  readonly SwapLimit?: boolean;
  readonly OperatingSystem?: string;
  readonly Name?: string;
  readonly SecurityOptions?: readonly string[] | null;
}

type Labels = Readonly<Record<string, string>> | null;

export interface ContainerSummary {
  readonly Id: string;
  /** Each with a slash in front. */
  readonly Names: readonly string[];
  readonly Image: string;
  readonly ImageID: string;
  readonly State: string;
  readonly Status: string;
  readonly Labels?: Labels;
  /** Published ones of what runs. */
  readonly Ports?: readonly { readonly PublicPort?: number; readonly Type: string }[] | null;
  readonly NetworkSettings?: { readonly Networks?: Readonly<Record<string, object>> | null };
  readonly Mounts?: readonly { readonly Type: string; readonly Name?: string; readonly RW?: boolean }[] | null;
}

/** Durations in nanoseconds; 0 and absent both mean: from the image, else the engine's default. */
export interface HealthConfig {
  readonly Test?: readonly string[] | null;
  readonly Interval?: number;
  readonly Timeout?: number;
  readonly Retries?: number;
  readonly StartPeriod?: number;
  readonly StartInterval?: number;
}

export interface PortBinding {
  readonly HostIp?: string;
  readonly HostPort?: string;
}

/** Keys are `<port>/<protocol>`. */
export type PortMap = Readonly<Record<string, readonly PortBinding[] | null>>;

export interface MountSpec {
  readonly Type: string;
  readonly Source?: string;
  readonly Target: string;
  readonly ReadOnly?: boolean;
  readonly [option: string]: unknown;
}

export interface MountPoint {
  readonly Type: string;
  /** Of a volume. */
  readonly Name?: string;
  readonly Source: string;
  readonly Destination: string;
  readonly Driver?: string;
  readonly Mode?: string;
  readonly RW: boolean;
  readonly Propagation?: string;
}

export interface EndpointSettings {
  readonly IPAMConfig?: {
    readonly IPv4Address?: string;
    readonly IPv6Address?: string;
    readonly LinkLocalIPs?: readonly string[] | null;
  } | null;
  readonly GwPriority?: number;
  readonly Links?: readonly string[] | null;
  readonly Aliases?: readonly string[] | null;
  readonly DNSNames?: readonly string[] | null;
  readonly NetworkID?: string;
  readonly EndpointID?: string;
  readonly Gateway?: string;
  readonly IPAddress?: string;
  readonly IPPrefixLen?: number;
  readonly GlobalIPv6Address?: string;
  readonly MacAddress?: string;
  readonly DriverOpts?: Readonly<Record<string, string>> | null;
}

export interface RestartPolicy {
  readonly Name: string;
  readonly MaximumRetryCount?: number;
}

export interface HostConfig {
  readonly Binds?: readonly string[] | null;
  readonly Mounts?: readonly MountSpec[] | null;
  readonly Tmpfs?: Readonly<Record<string, string>> | null;
  readonly NetworkMode?: string;
  readonly PortBindings?: PortMap | null;
  readonly RestartPolicy?: RestartPolicy | null;
  readonly Init?: boolean | null;
  readonly NanoCpus?: number;
  readonly CpuQuota?: number;
  readonly CpuPeriod?: number;
  readonly CpuShares?: number;
  readonly Memory?: number;
  readonly MemorySwap?: number;
  readonly MemoryReservation?: number;
  readonly [field: string]: unknown;
}

export interface ContainerConfig {
  readonly Hostname?: string;
  readonly User?: string;
  readonly Env?: readonly string[] | null;
  readonly Cmd?: readonly string[] | null;
  readonly Entrypoint?: readonly string[] | string | null;
  readonly Healthcheck?: HealthConfig | null;
  readonly Image?: string;
  readonly Volumes?: Readonly<Record<string, unknown>> | null;
  readonly ExposedPorts?: Readonly<Record<string, unknown>> | null;
  readonly WorkingDir?: string;
  readonly Labels?: Labels;
  readonly StopSignal?: string;
  /** Seconds. */
  readonly StopTimeout?: number;
  readonly Tty?: boolean;
}

export interface HealthLogEntry {
  readonly Start: string;
  readonly End: string;
  readonly ExitCode: number;
  readonly Output: string;
}

export interface ContainerState {
  readonly Status: string;
  readonly Running: boolean;
  readonly Paused: boolean;
  readonly Restarting: boolean;
  readonly OOMKilled: boolean;
  readonly Dead: boolean;
  readonly Pid: number;
  readonly ExitCode: number;
  readonly Error: string;
  readonly StartedAt: string;
  readonly FinishedAt: string;
  readonly Health?: {
    readonly Status: string;
    readonly FailingStreak?: number;
    readonly Log?: readonly HealthLogEntry[] | null;
  } | null;
}

export interface ContainerInspect {
  readonly Id: string;
  readonly Created: string;
  /** With a slash in front. */
  readonly Name: string;
  /** The id of the image. */
  readonly Image: string;
  readonly Platform?: string;
  readonly RestartCount: number;
  readonly State: ContainerState;
  readonly Config: ContainerConfig;
  readonly HostConfig: HostConfig;
  readonly Mounts?: readonly MountPoint[] | null;
  readonly NetworkSettings: {
    readonly Networks?: Readonly<Record<string, EndpointSettings>> | null;
    readonly Ports?: PortMap | null;
  };
}

export interface IpamPool {
  readonly Subnet?: string;
  readonly Gateway?: string;
  readonly IPRange?: string;
  readonly AuxiliaryAddresses?: Readonly<Record<string, string>> | null;
}

export interface NetworkInspect {
  readonly Id: string;
  readonly Name: string;
  readonly Created: string;
  readonly Scope?: string;
  readonly Driver: string;
  readonly EnableIPv4?: boolean;
  readonly EnableIPv6?: boolean;
  readonly ConfigOnly?: boolean;
  readonly ConfigFrom?: { readonly Network?: string } | null;
  readonly IPAM?: {
    readonly Driver?: string;
    readonly Options?: Readonly<Record<string, string>> | null;
    readonly Config?: readonly IpamPool[] | null;
  };
  readonly Internal?: boolean;
  readonly Attachable?: boolean;
  readonly Options?: Readonly<Record<string, string>> | null;
  readonly Labels?: Labels;
  /** By container id; only where a single network was inspected. */
  readonly Containers?: Readonly<Record<string, AttachedContainer>> | null;
}

/** Addresses with their prefix: `10.0.0.5/24`. */
export interface AttachedContainer {
  readonly Name: string;
  readonly IPv4Address?: string;
  readonly IPv6Address?: string;
}

export interface VolumeInspect {
  readonly Name: string;
  readonly Driver: string;
  readonly Mountpoint: string;
  readonly CreatedAt?: string;
  readonly Options?: Readonly<Record<string, string>> | null;
  readonly Labels?: Labels;
}

export interface ImageInspect {
  readonly Id: string;
  readonly RepoTags?: readonly string[] | null;
  readonly RepoDigests?: readonly string[] | null;
  readonly Os: string;
  readonly Architecture: string;
  readonly Variant?: string;
  readonly Size?: number;
  readonly Config?: ContainerConfig | null;
}

/** A path that differs in a container's own layer: 0 is changed, 1 added, 2 deleted. */
export interface LayerChange {
  readonly Path: string;
  readonly Kind: number;
}

export interface ImageSummary {
  readonly Id: string;
  readonly RepoTags?: readonly string[] | null;
  readonly Labels?: Labels;
  readonly Size: number;
}

export interface EventMessage {
  readonly Type: string;
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes?: Readonly<Record<string, string>> | null };
  readonly time?: number;
  readonly timeNano?: number;
}

export interface ExecInspect {
  readonly Running: boolean;
  readonly ExitCode: number | null;
  readonly Pid: number;
}

/** The body of `POST /containers/create`. */
export interface CreateContainerBody extends ContainerConfig {
  readonly HostConfig: HostConfig;
  readonly NetworkingConfig?: { readonly EndpointsConfig: Readonly<Record<string, EndpointSettings>> };
}

export interface CreateNetworkBody {
  readonly Name: string;
  /** Engines before API 1.44 make a second network of the same name without it; later ones never do. */
  readonly CheckDuplicate: boolean;
  readonly Driver: string;
  readonly Internal: boolean;
  readonly Attachable: boolean;
  /** Left out, an option of the driver may say so; said, the option is dropped. */
  readonly EnableIPv6?: boolean;
  readonly IPAM: { readonly Driver: string; readonly Config: readonly IpamPool[] };
  readonly Options: Readonly<Record<string, string>>;
  readonly Labels: Readonly<Record<string, string>>;
}

export interface CreateVolumeBody {
  readonly Name: string;
  readonly Driver: string;
  readonly DriverOpts: Readonly<Record<string, string>>;
  readonly Labels: Readonly<Record<string, string>>;
}

/** The body of `POST /containers/{id}/update`: whatever is left out stays as it is. */
export interface UpdateContainerBody {
  readonly NanoCpus?: number;
  readonly CpuShares?: number;
  readonly Memory?: number;
  readonly MemorySwap?: number;
  readonly MemoryReservation?: number;
  readonly RestartPolicy?: RestartPolicy;
}
