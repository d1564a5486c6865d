/** Where logins are kept: Docker's own settings first, then those of Podman. */
import { homedir } from 'node:os';
import { join } from 'node:path';

export interface LoginFile {
  /** The path, or what the text came from. */
  readonly name: string;
  /** Where it is no file. */
  readonly text?: string;
}

export function loginFiles(environment: NodeJS.ProcessEnv): readonly LoginFile[] {
  const given = (name: string): string | null => (environment[name] === '' ? null : (environment[name] ?? null));
  const home = given('HOME') ?? homedir();
  const inline = given('DOCKER_AUTH_CONFIG');
  const runtime = given('XDG_RUNTIME_DIR');
  const podman = [
    given('REGISTRY_AUTH_FILE'),
    runtime === null ? null : join(runtime, 'containers', 'auth.json'),
    join(given('XDG_CONFIG_HOME') ?? join(home, '.config'), 'containers', 'auth.json'),
  ];
  return [
    ...(inline === null ? [] : [{ name: 'the variable DOCKER_AUTH_CONFIG', text: inline }]),
    { name: join(given('DOCKER_CONFIG') ?? join(home, '.docker'), 'config.json') },
    ...podman.flatMap((name) => (name === null ? [] : [{ name }])),
  ];
}
