/**
 * Where the API is listened on: the socket of each root, and TCP where that was asked for. Whoever is slow, or takes every
 * connection, gets no further than the limits here. Each request is marked with the door that it came through.
 */
import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createTlsServer } from 'node:https';
import { TrueupError } from '../../model/failure.ts';
import { type Door, enter } from './caller.ts';
import type { ListenAddress, TlsFiles } from './listen-address.ts';
import type { RootClaim } from './socket.ts';

/** How long a peer may take. In tests they are shorter. */
export interface Patience {
  /** For all headers to come. */
  readonly headersMs: number;
  /** For the whole request to come. */
  readonly requestMs: number;
  /** Without a byte in either direction, while nothing is being waited for. */
  readonly idleMs: number;
}

const PATIENCE: Patience = { headersMs: 10_000, requestMs: 30_000, idleMs: 60_000 };

const MOST_CONNECTIONS = { socket: 1024, tcp: 512 } as const;

/** Listens on the socket of a root. */
export async function listenOnSocket(
  claim: RootClaim,
  handle: RequestListener,
  patience: Patience = PATIENCE,
): Promise<Server> {
  const server = createServer(serverOptions(patience), through({ kind: 'socket' }, handle));
  limit(server, MOST_CONNECTIONS.socket, patience);
  await claim.listen(server);
  keepGoing(server);
  return server;
}

export interface TcpListener {
  readonly server: Server;
  /** The port that was chosen, where 0 was asked for. */
  readonly port: number;
}

/** Listens on TCP. */
export async function listenOnTcp(
  address: ListenAddress,
  tls: TlsFiles | null,
  handle: RequestListener,
  patience: Patience = PATIENCE,
): Promise<TcpListener> {
  const door: Door = { kind: 'tcp', isOwnName: address.isOwnName };
  const server =
    tls === null
      ? createServer(serverOptions(patience), through(door, handle))
      : createTlsServer({ ...serverOptions(patience), ...tls, minVersion: 'TLSv1.2' }, through(door, handle));
  limit(server, MOST_CONNECTIONS.tcp, patience);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen({ host: address.host, port: address.port }, resolve);
  try {
    await promise;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new TrueupError('listen_failed', `cannot listen on ${address.text}: ${reason}`, {
      cause: error,
      fields: { address: address.text },
      next: 'name another port or address with --listen',
    });
  }
  server.off('error', reject);
  keepGoing(server);
  return { server, port: (server.address() as AddressInfo).port };
}

/** Ends all of it: what is under way gets a moment to be answered. */
export async function closeServer(server: Server, graceMs = 1000): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeIdleConnections();
  const overdue = setTimeout(() => server.closeAllConnections(), graceMs);
  await promise;
  clearTimeout(overdue);
}

function serverOptions(patience: Patience): ServerOptions {
  return {
    headersTimeout: patience.headersMs,
    requestTimeout: patience.requestMs,
    connectionsCheckingInterval: Math.min(5000, patience.headersMs),
    keepAliveTimeout: 5000,
    maxHeaderSize: 16 * 1024,
    noDelay: true,
  };
}

function through(door: Door, handle: RequestListener): RequestListener {
  return (request, response) => {
    enter(request, door);
    handle(request, response);
  };
}

function limit(server: Server, connections: number, patience: Patience): void {
  server.maxConnections = connections;
  server.setTimeout(patience.idleMs);
  server.maxRequestsPerSocket = 10_000;
}

/** A failed accept, for want of file descriptors, must not end the daemon. */
function keepGoing(server: Server): void {
  server.on('error', () => undefined);
}
