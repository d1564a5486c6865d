/** What a service manager of the user is to run, whichever it is. Nothing here needs one to be there. */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { TrueupError } from '../../model/failure.ts';

/** The first line of every file of ours says so: what does not begin with it is somebody else's. */
export const MARK = 'Made by trueup serve';

export interface ServiceRequest {
  /** Absolute paths of repos, or URLs; at least one. */
  readonly sources: readonly string[];
  /** The absolute path of the runtime. */
  readonly runtime: string;
  /** The absolute path of the command. */
  readonly command: string;
  /** Options of `serve` that are to be kept. */
  readonly options: readonly string[];
  /** Absolute. */
  readonly home: string;
  /** What the daemon is to see of the environment in which it was installed. */
  readonly environment: Readonly<Record<string, string>>;
  /** The absolute path of its log. */
  readonly log: string;
}

export interface Service {
  /** The same for the same sources: `trueup-shop-1a2b3c4d`. */
  readonly name: string;
  /** Program and arguments. */
  readonly words: readonly string[];
  readonly folder: string;
  readonly description: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly log: string;
}

export function serviceOf(request: ServiceRequest): Service {
  const { sources, runtime, command, options, home, environment, log } = request;
  const [first = home] = sources;
  const folder = first.startsWith('/') ? first : home;
  const words = [runtime, command, 'serve', '--log-file', log, ...options, '--', ...sources];
  for (const text of [...words, folder]) checkText(text);
  // A path that cannot be written there is not worth a service that does not start: it begins at home instead.
  const isPlain = folder.trim() === folder && !folder.endsWith('\\');
  return {
    name: serviceName(sources),
    words,
    folder: isPlain ? folder : home,
    description: `trueup holds ${sources.join(', ')} true to git`,
    environment,
    log,
  };
}

export function serviceName(given: readonly string[]): string {
  // A URL is served at one ref: the same service at another one.
  const sources = given.map((source) => (source.startsWith('/') ? source : source.replace(/#.*$/s, '')));
  const [first = ''] = sources;
  const stem = basename(first)
    .replace(/[.]git$/, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  const digest = createHash('sha256')
    .update(JSON.stringify([...sources].sort()))
    .digest('hex')
    .slice(0, 8);
  return ['trueup', ...(stem === '' ? [] : [stem.slice(0, 40)]), digest].join('-');
}

/** What of this environment a service has to see, since its manager starts with nearly none. No secret is among it. */
export function lastingEnvironment(environment: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  const kept = KEPT.flatMap((name) => {
    const value = environment[name];
    return value === undefined || value === '' || hasControl(value) || hasCredentials(value) ? [] : [[name, value]];
  });
  return Object.fromEntries(kept) as Record<string, string>;
}

const KEPT = [
  'PATH',
  'LANG',
  'DOCKER_HOST',
  'DOCKER_CONTEXT',
  'DOCKER_CONFIG',
  'DOCKER_CERT_PATH',
  'DOCKER_TLS_VERIFY',
  'GIT_SSH_COMMAND',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'NODE_EXTRA_CA_CERTS',
  'NODE_USE_ENV_PROXY',
  'XDG_CONFIG_HOME',
  'XDG_DATA_HOME',
  'XDG_STATE_HOME',
] as const;

/** A proxy or an engine with a user and a password in its address. */
function hasCredentials(value: string): boolean {
  return /:\/\/[^/\s]*:[^/\s]*@/.test(value);
}

function hasControl(text: string): boolean {
  return /[\u0000-\u001f\u007f]/.test(text);
}

function checkText(text: string): void {
  if (!hasControl(text)) return;
  throw new TrueupError('usage', `${JSON.stringify(text)} holds a character that no service manager takes`, {
    next: 'rename the folder',
  });
}
