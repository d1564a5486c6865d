/** What to install or start where no engine listens, as far as this machine shows what there is. */
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import type { Endpoint } from '../connection/endpoint.ts';

const DOCKER_DESKTOP = '/Applications/Docker.app';

/** `null` where the trouble is another one, and the error itself says what to do. */
export function remedyFor(
  endpoint: Endpoint,
  environment: NodeJS.ProcessEnv,
  platform: NodeJS.Platform = process.platform,
): string | null {
  if (endpoint.kind !== 'unix' || existsSync(endpoint.path)) return null;
  const has = (program: string): boolean => isOnPath(program, environment);
  const starts = platform === 'darwin' ? startsOnMac(has) : startsOnLinux(has);
  const other = 'name another with `host:` or `context:` in the manifest, or with DOCKER_HOST';
  if (starts.length > 0) return `start one (${starts.join(', or ')}), or ${other}`;
  if (environment['WSL_DISTRO_NAME']) return 'turn on the WSL integration of Docker Desktop for this distribution';
  return platform === 'darwin'
    ? 'install an engine: Docker Desktop (https://docs.docker.com/desktop), Colima (`brew install colima docker`) or Podman (https://podman.io)'
    : 'install an engine: Docker (https://docs.docker.com/engine/install) or Podman (https://podman.io)';
}

function startsOnMac(has: (program: string) => boolean): readonly string[] {
  return [
    ...(existsSync(DOCKER_DESKTOP) ? ['`open -a Docker`'] : []),
    ...(has('colima') ? ['`colima start`'] : []),
    ...(has('podman') ? ['`podman machine start`'] : []),
  ];
}

function startsOnLinux(has: (program: string) => boolean): readonly string[] {
  return [
    ...(has('dockerd') ? ['`sudo systemctl start docker`'] : []),
    ...(has('colima') ? ['`colima start`'] : []),
    ...(has('podman') ? ['`systemctl --user start podman.socket`'] : []),
  ];
}

function isOnPath(program: string, { PATH: path = '' }: NodeJS.ProcessEnv): boolean {
  // The daemon often stands where only root looks.
  const folders = [...path.split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return folders.filter((folder) => isAbsolute(folder)).some((folder) => isExecutable(join(folder, program)));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
