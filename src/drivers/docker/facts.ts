/**
 * What a connection learns of its engine. Whatever differs between generations and kinds of engines stands here, asked
 * once, so that no other file looks at a version.
 */
import type { Facts } from '../../model/observed.ts';
import { atLeast } from './api/api-version.ts';
import type { Greeting } from './api/greeting.ts';
import type { InfoAnswer, VersionAnswer } from './api/wire.ts';

export interface DockerFacts extends Facts {
  /** `docker` or `podman`. */
  readonly kind: string;
  readonly version: string;
  /** The version that is spoken, such as `1.41`. */
  readonly api_version: string;
  /** `linux/amd64`. */
  readonly platform: string;
  /** Several networks can be given when a container is created; else the others are connected afterwards. */
  readonly endpoints_at_create: boolean;
  /** `start_interval` of a health check. */
  readonly start_interval: boolean;
  /** Limits can be changed in place. */
  readonly updates_limits: boolean;
  /** The restart policy can be changed in place. */
  readonly updates_restart: boolean;
  /** It runs health checks by its own timers. Podman without systemd does not. */
  readonly health_timers: boolean;
}

/** `info` is asked of Podman alone, where it takes as long as the version does. */
export function factsOf(greeting: Greeting, version: VersionAnswer, info: InfoAnswer | null): DockerFacts {
  const { kind, api_version } = greeting;
  const isPodman = kind === 'podman';
  const isRecent = atLeast(api_version, '1.44');
  // Podman answers updates since 5.1. Before, there was nothing to ask.
  const updates = !isPodman || atLeast(version.Version, '5.1');
  return {
    kind,
    version: version.Version,
    api_version,
    platform: `${version.Os}/${version.Arch}`,
    endpoints_at_create: isPodman || isRecent,
    start_interval: !isPodman && isRecent,
    updates_limits: updates,
    updates_restart: updates,
    // Podman leaves them to systemd, which it also lets manage its cgroups wherever there is one.
    health_timers: !isPodman || info?.CgroupDriver === 'systemd',
  };
}

/** Whether it says of a volume when it was made. Before, that was when something in it was last made or removed. */
export function tellsBirthOfVolumes({ kind, api_version }: Pick<DockerFacts, 'kind' | 'api_version'>): boolean {
  return kind === 'podman' || atLeast(api_version, '1.42');
}
