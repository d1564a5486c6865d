/** What an engine says of its objects, with defaults for all that a test does not mind. */
import type * as wire from '../../../../../src/drivers/docker/api/wire.ts';
import { LABEL } from '../../../../../src/drivers/docker/labels.ts';
import type { Address } from '../../../../../src/model/address.ts';

export const NEVER_HAPPENED = '0001-01-01T00:00:00Z';

export function ours(address: Address, environment = 'local', owner = 'me'): Readonly<Record<string, string>> {
  return {
    [LABEL.owner]: owner,
    [LABEL.project]: 'shop',
    [LABEL.environment]: environment,
    [LABEL.address]: address,
  };
}

/** Sixty-four digits, as ids are, that begin with a recognisable few. */
export function idOf(text: string): string {
  return Buffer.from(text).toString('hex').padEnd(64, '0').slice(0, 64);
}

interface ContainerParts {
  readonly labels?: Readonly<Record<string, string>>;
  readonly image?: string;
  readonly state?: Partial<wire.ContainerState>;
  readonly networks?: Readonly<Record<string, wire.EndpointSettings>>;
  readonly more?: Partial<wire.ContainerInspect>;
}

const RUNNING: wire.ContainerState = {
  Status: 'running',
  Running: true,
  Paused: false,
  Restarting: false,
  OOMKilled: false,
  Dead: false,
  Pid: 4711,
  ExitCode: 0,
  Error: '',
  StartedAt: '2026-11-21T15:00:00.5Z',
  FinishedAt: NEVER_HAPPENED,
};

export const EXITED: Partial<wire.ContainerState> = {
  Status: 'exited',
  Running: false,
  Pid: 0,
  FinishedAt: '2026-11-21T15:10:00.5Z',
};

export function container(name: string, parts: ContainerParts = {}): wire.ContainerInspect {
  const { labels = {}, image = 'app:1', state = {}, networks = {}, more = {} } = parts;
  return {
    Id: idOf(name),
    Created: '2026-11-21T14:59:59.5Z',
    Name: `/${name}`,
    Image: `sha256:${idOf(image)}`,
    RestartCount: 0,
    State: { ...RUNNING, ...state },
    Config: { Image: image, Labels: labels },
    HostConfig: {},
    Mounts: [],
    NetworkSettings: { Networks: networks, Ports: {} },
    ...more,
  };
}

export function network(
  name: string,
  labels: Readonly<Record<string, string>> = {},
  id: string = idOf(name),
): wire.NetworkInspect {
  return { Id: id, Name: name, Created: '2026-11-21T14:59:58Z', Driver: 'bridge', Labels: labels };
}

export function volume(name: string, labels: Readonly<Record<string, string>> = {}): wire.VolumeInspect {
  return { Name: name, Driver: 'local', Mountpoint: `/data/${name}`, Labels: labels };
}

export function image(reference: string): wire.ImageInspect {
  return { Id: `sha256:${idOf(reference)}`, RepoTags: [reference], Os: 'linux', Architecture: 'amd64' };
}

export function event(
  type: string,
  action: string,
  id: string,
  attributes: Record<string, string> = {},
): wire.EventMessage {
  return { Type: type, Action: action, Actor: { ID: id, Attributes: attributes }, timeNano: 1_795_273_111_786_029_000 };
}
