/** Where engines listen when nobody says where: Docker, Docker Desktop, Colima, rootless Docker, Podman. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { homeOf } from './docker-config.ts';
import type { Endpoint } from './endpoint.ts';
import { unixEndpoint } from './host-text.ts';

const DOCKER = '/var/run/docker.sock';

/** The first that exists; where none does, the one that the docker command would try. */
export function defaultEndpoint(
  environment: NodeJS.ProcessEnv,
  isThere: (path: string) => boolean = existsSync,
): Endpoint {
  const found = usualSockets(environment).find((path) => isThere(path));
  return found === undefined
    ? unixEndpoint(DOCKER, 'the usual places, where no engine is')
    : unixEndpoint(found, 'the usual places');
}

/** In the order in which they are tried. */
export function usualSockets(environment: NodeJS.ProcessEnv): readonly string[] {
  const home = homeOf(environment);
  const runtime = environment['XDG_RUNTIME_DIR'];
  const colima = environment['COLIMA_HOME'];
  return [
    DOCKER,
    join(home, '.docker', 'run', 'docker.sock'),
    join(home, '.docker', 'desktop', 'docker.sock'),
    ...(colima ? [join(colima, 'default', 'docker.sock')] : []),
    join(home, '.colima', 'default', 'docker.sock'),
    ...(runtime ? [join(runtime, 'docker.sock'), join(runtime, 'podman', 'podman.sock')] : []),
    '/run/podman/podman.sock',
  ];
}
