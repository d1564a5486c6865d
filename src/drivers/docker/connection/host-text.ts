/** Reads how people write where an engine is: `unix:///path`, `tcp://host:port`, `ssh://user@host:port/path`. */
import { isAbsolute } from 'node:path';
import { TrueupError } from '../../../model/failure.ts';
import type { Endpoint, SshEndpoint, TcpEndpoint, TlsFiles } from './endpoint.ts';

const PORT = 2375;
const PORT_WITH_TLS = 2376;
const DEFAULT_SOCKET = '/var/run/docker.sock';

export interface HostSource {
  /** Where the text stands, for people. */
  readonly source: string;
  /** For tcp. */
  readonly tls: TlsFiles | null;
}

/** Throws for what names no engine. */
export function endpointOf(text: string, { source, tls }: HostSource): Endpoint {
  const [, scheme = 'tcp', rest = ''] = /^(?:([a-z+]+):\/\/)?(.*)$/i.exec(text.trim()) ?? [];
  switch (scheme.toLowerCase()) {
    case 'unix': {
      return unixEndpoint(rest === '' ? DEFAULT_SOCKET : rest, source, text);
    }
    case 'tcp': {
      return tcpEndpoint(urlOf(rest, text, source), source, tls, text);
    }
    case 'ssh': {
      return sshEndpoint(urlOf(rest, text, source), source, text);
    }
    case 'http':
    case 'https': {
      throw unfit(text, source, `${scheme}:// is written tcp://, with DOCKER_TLS_VERIFY or a context for TLS`);
    }
    default: {
      throw unfit(text, source, `${scheme}:// is not supported; unix://, tcp:// and ssh:// are`);
    }
  }
}

export function unixEndpoint(path: string, source: string, text: string = path): Endpoint {
  if (!isAbsolute(path)) throw unfit(text, source, 'the path of a socket must be absolute: unix:///path');
  return { kind: 'unix', path, text: `unix://${path}`, source };
}

function tcpEndpoint(url: URL, source: string, tls: TlsFiles | null, text: string): TcpEndpoint {
  if (url.username !== '' || url.password !== '') throw unfit(text, source, 'tcp:// takes no user');
  if (url.pathname !== '' && url.pathname !== '/') throw unfit(text, source, 'tcp:// takes no path');
  const port = url.port === '' ? (tls === null ? PORT : PORT_WITH_TLS) : Number(url.port);
  const host = bare(url.hostname);
  return { kind: 'tcp', host, port, tls, text: `tcp://${url.hostname}:${port}`, source };
}

function sshEndpoint(url: URL, source: string, text: string): SshEndpoint {
  if (url.password !== '') throw unfit(text, source, 'a password has no place there: ssh uses your keys and agent');
  const host = bare(url.hostname);
  if (host.startsWith('-')) throw unfit(text, source, 'no host is called so');
  const socket = url.pathname === '' || url.pathname === '/' ? null : decodeURIComponent(url.pathname);
  const user = url.username === '' ? null : decodeURIComponent(url.username);
  const port = url.port === '' ? null : Number(url.port);
  const words = [user === null ? '' : `${user}@`, url.hostname, port === null ? '' : `:${port}`, socket ?? ''];
  return { kind: 'ssh', host, user, port, socket, text: `ssh://${words.join('')}`, source };
}

function urlOf(rest: string, text: string, source: string): URL {
  // A scheme of its own: names of hosts stay as they are written, and no port is the default one.
  const url = URL.parse(`engine://${rest}`);
  if (url === null || url.hostname === '') throw unfit(text, source, 'no host is named there');
  if (url.search !== '' || url.hash !== '') throw unfit(text, source, 'nothing may follow the path');
  return url;
}

/** IPv6 addresses stand in brackets. */
function bare(hostname: string): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}

function unfit(text: string, source: string, why: string): TrueupError {
  // Whatever stands before an @ may hold a password.
  const shown = text.replace(/\/\/[^/@]*@/, '//…@');
  return new TrueupError('engine_unreachable', `${source} does not name an engine: "${shown}": ${why}`, {
    fields: { host: shown, source },
    next: 'write it as unix:///path, tcp://host:port or ssh://user@host',
  });
}
