/**
 * What an engine keeps of a request: the rules by which Docker Engine lays a request over the image, as far as the fields
 * of this driver go. The fixtures, which are the words of real engines, hold it to them.
 */
import type {
  ContainerInspect,
  CreateContainerBody,
  EndpointSettings,
  HealthConfig,
  ImageInspect,
  MountPoint,
  MountSpec,
} from '../../../../../src/drivers/docker/api/wire.ts';
import type { DockerFacts } from '../../../../../src/drivers/docker/facts.ts';

export interface Request {
  readonly body: CreateContainerBody;
  readonly image: ImageInspect;
  /** Networks that were connected after the creation. */
  readonly connected?: Readonly<Record<string, EndpointSettings>>;
  /** The id of the container. */
  readonly id?: string;
  /** A name for each volume that the engine makes itself. */
  readonly volumeAt?: (path: string) => string;
}

/** The container as it is inspected once it runs. */
export function kept({
  body,
  image,
  connected = {},
  id = 'c'.repeat(64),
  volumeAt = hexName,
}: Request): ContainerInspect {
  const { HostConfig: host, NetworkingConfig: networking, ...config } = body;
  return {
    Id: id,
    Created: '2026-01-01T00:00:00Z',
    Name: '/shop-web-1',
    Image: image.Id,
    RestartCount: 0,
    State: {
      Status: 'running',
      Running: true,
      Paused: false,
      Restarting: false,
      OOMKilled: false,
      Dead: false,
      Pid: 7,
      ExitCode: 0,
      Error: '',
      StartedAt: '2026-01-01T00:00:00Z',
      FinishedAt: '0001-01-01T00:00:00Z',
    },
    Config: {
      ...config,
      ...commandOf(config, image),
      Hostname: config.Hostname ?? (host.NetworkMode === 'host' ? 'machine' : id.slice(0, 12)),
      User: config.User ?? image.Config?.User ?? '',
      WorkingDir: config.WorkingDir ?? image.Config?.WorkingDir ?? '',
      Env: environmentOf(config.Env ?? [], image.Config?.Env ?? []),
      Labels: { ...image.Config?.Labels, ...config.Labels },
      Volumes: image.Config?.Volumes ?? null,
      StopSignal: config.StopSignal ?? image.Config?.StopSignal ?? '',
      Healthcheck: healthOf(config.Healthcheck ?? null, image.Config?.Healthcheck ?? null),
    },
    HostConfig: { ...host, ...(host.Memory === undefined ? {} : { MemorySwap: host.MemorySwap ?? 2 * host.Memory }) },
    Mounts: mountsOf(host.Mounts ?? [], Object.keys(host.Tmpfs ?? {}), image, volumeAt),
    NetworkSettings: {
      Networks: endpointsOf({ ...networking?.EndpointsConfig, ...connected }, host.NetworkMode),
      Ports: {},
    },
  };
}

/** Engine 20.10, once the container runs, counts its short id and its host name among its aliases. */
export function withOldAliases(
  inspect: ContainerInspect,
  { endpoints_at_create: isRecent }: DockerFacts,
): ContainerInspect {
  if (isRecent) return inspect;
  const names = [inspect.Id.slice(0, 12), inspect.Config.Hostname ?? ''];
  const networks = Object.entries(inspect.NetworkSettings.Networks ?? {}).map(([name, endpoint]) => {
    if (['bridge', 'host', 'none'].includes(name)) return [name, endpoint] as const;
    return [name, { ...endpoint, Aliases: [...new Set([...(endpoint.Aliases ?? []), ...names])] }] as const;
  });
  return { ...inspect, NetworkSettings: { ...inspect.NetworkSettings, Networks: Object.fromEntries(networks) } };
}

type Words = Pick<CreateContainerBody, 'Entrypoint' | 'Cmd'>;

function commandOf({ Entrypoint: entrypoint = null, Cmd: words = null }: Words, { Config: of }: ImageInspect): Words {
  if (entrypoint === null) {
    const own = words === null || words.length === 0 ? (of?.Cmd ?? null) : words;
    return { Entrypoint: of?.Entrypoint ?? null, Cmd: own };
  }
  if (entrypoint.length === 1 && entrypoint[0] === '') return { Entrypoint: null, Cmd: words };
  if (entrypoint.length > 0) return { Entrypoint: entrypoint, Cmd: words };
  return { Entrypoint: entrypoint, Cmd: words === null || words.length === 0 ? (of?.Cmd ?? null) : words };
}

function environmentOf(own: readonly string[], ofImage: readonly string[]): readonly string[] {
  const names = new Set(own.map((entry) => entry.split('=')[0]));
  return [...own, ...ofImage.filter((entry) => !names.has(entry.split('=')[0]))];
}

function healthOf(own: HealthConfig | null, ofImage: HealthConfig | null): HealthConfig | null {
  if (own === null || ofImage === null) return own ?? ofImage;
  const timings = ['Interval', 'Timeout', 'StartPeriod', 'StartInterval', 'Retries'] as const;
  const filled = timings.map((name) => [name, own[name] || (ofImage[name] ?? 0)] as const);
  return { Test: own.Test?.length ? own.Test : (ofImage.Test ?? []), ...Object.fromEntries(filled) };
}

function mountsOf(
  specs: readonly MountSpec[],
  inMemory: readonly string[],
  image: ImageInspect,
  volumeAt: (path: string) => string,
): readonly MountPoint[] {
  const taken = new Set([...specs.map(({ Target }) => Target), ...inMemory]);
  const ofImage = Object.keys(image.Config?.Volumes ?? {}).filter((path) => !taken.has(path));
  const all: readonly MountSpec[] = [...specs, ...ofImage.map((Target): MountSpec => ({ Type: 'volume', Target }))];
  return all.map(({ Type, Source, Target, ReadOnly = false }): MountPoint => {
    const place = { Type, Destination: Target, RW: !ReadOnly };
    if (Type === 'bind') return { ...place, Source: Source ?? '' };
    const name = Source ?? volumeAt(Target);
    return { ...place, Name: name, Source: `/var/lib/docker/volumes/${name}/_data` };
  });
}

function endpointsOf(
  endpoints: Readonly<Record<string, EndpointSettings>>,
  mode = 'default',
): Readonly<Record<string, EndpointSettings>> {
  const isNowhere = Object.keys(endpoints).length === 0 && ['none', 'host', 'bridge'].includes(mode);
  return isNowhere ? { [mode]: { NetworkID: '' } } : endpoints;
}

function hexName(path: string): string {
  return Buffer.from(path).toString('hex').padEnd(64, '0').slice(0, 64);
}
