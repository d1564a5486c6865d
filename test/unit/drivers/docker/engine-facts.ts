/** What connections learn of the generations of Docker's engine. */
import type { DockerFacts } from '../../../../src/drivers/docker/facts.ts';

/** Engine 20.10. */
export const OLD: DockerFacts = {
  kind: 'docker',
  version: '20.10.24',
  api_version: '1.41',
  platform: 'linux/amd64',
  endpoints_at_create: false,
  start_interval: false,
  updates_limits: true,
  updates_restart: true,
  health_timers: true,
};

/** The current engine. */
export const NOW: DockerFacts = {
  ...OLD,
  version: '29.1.0',
  api_version: '1.52',
  endpoints_at_create: true,
  start_interval: true,
};

/** An engine that cannot change what is there. */
export const RIGID: DockerFacts = { ...NOW, kind: 'podman', updates_limits: false, updates_restart: false };
