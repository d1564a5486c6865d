/** Of an inspected container what leads to it from outside, and nothing else: the rest of an inspect holds secrets. */
import type { ContainerInspect } from '../api/wire.ts';

export interface Place {
  readonly id: string;
  readonly mounts: NonNullable<ContainerInspect['Mounts']>;
  readonly workingDirectory: string;
  readonly networkMode: string;
  readonly ports: NonNullable<ContainerInspect['NetworkSettings']['Ports']>;
  readonly networks: NonNullable<ContainerInspect['NetworkSettings']['Networks']>;
}

export function placeOf({ Id, Mounts, Config, HostConfig, NetworkSettings }: ContainerInspect): Place {
  return {
    id: Id,
    mounts: Mounts ?? [],
    workingDirectory: Config.WorkingDir ?? '',
    networkMode: HostConfig.NetworkMode ?? '',
    ports: NetworkSettings.Ports ?? {},
    networks: NetworkSettings.Networks ?? {},
  };
}
