/** Begins connections to an engine. */
import { readFileSync } from 'node:fs';
import { connect as connectSocket, isIP, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { TrueupError } from '../../../model/failure.ts';
import type { Endpoint, TcpEndpoint, TlsFiles } from './endpoint.ts';
import { connectInside } from './inside.ts';
import { connectBySsh } from './ssh.ts';

const KEEP_ALIVE_MS = 15_000;

/**
 * The connection is under way when it is returned. That it failed, or took longer than `timeout` milliseconds, comes as its
 * `error`.
 */
export function connectTo(endpoint: Endpoint, timeout: number): Duplex {
  switch (endpoint.kind) {
    case 'unix': {
      return connectSocket({ path: endpoint.path });
    }
    case 'tcp': {
      return connectByTcp(endpoint, timeout);
    }
    case 'ssh': {
      return connectBySsh(endpoint, timeout);
    }
    case 'inside': {
      return connectInside(endpoint, timeout);
    }
    default: {
      return endpoint satisfies never;
    }
  }
}

function connectByTcp({ host, port, tls, text, source }: TcpEndpoint, timeout: number): Duplex {
  if (tls === null) return withinTime(connectSocket({ host, port }), 'connect', timeout, text);
  try {
    const names = isIP(host) === 0 ? { servername: host } : {};
    const socket = connectTls({ host, port, ...names, ...credentials(tls) });
    return withinTime(socket, 'secureConnect', timeout, text);
  } catch (error) {
    return new Socket().destroy(unfitCertificates(text, source, error));
  }
}

/** A file that is missing, cannot be read, or holds no certificate. */
function unfitCertificates(text: string, source: string, cause: unknown): TrueupError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new TrueupError('engine_unreachable', `cannot use the certificates for the engine at ${text}: ${why}`, {
    cause,
    fields: { endpoint: text, source },
    next: 'check ca.pem, cert.pem and key.pem: in DOCKER_CERT_PATH, or as the docker context has them',
  });
}

function credentials({ ca, cert, key, verify }: TlsFiles): ConnectionOptions {
  return {
    ...(ca === null ? {} : { ca: readFileSync(ca) }),
    ...(cert === null ? {} : { cert: readFileSync(cert) }),
    ...(key === null ? {} : { key: readFileSync(key) }),
    rejectUnauthorized: verify,
  };
}

function withinTime(socket: Socket, event: string, timeout: number, text: string): Socket {
  const late = (): void => {
    const error = new Error(`no connection to ${text} within ${timeout / 1000} s`);
    socket.destroy(Object.assign(error, { code: 'ETIMEDOUT' }));
  };
  const timer = setTimeout(late, timeout);
  const stop = (): void => clearTimeout(timer);
  // A stream of events says nothing for hours: without this a network that is gone would look like peace.
  const keepAlive = (): void => void socket.setKeepAlive(true, KEEP_ALIVE_MS);
  return socket.once(event, stop).once(event, keepAlive).once('close', stop);
}
