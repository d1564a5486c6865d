/** A byte stream to a port or a socket of a local process: the loopback of this machine. */
import { connect as connectSocket, type NetConnectOpts, type Socket } from 'node:net';
import { resolve } from 'node:path';
import type { Duplex } from 'node:stream';
import { errnoOf } from '../../files/errno.ts';
import type { ConnectTarget } from '../reach.ts';

/** A port on 127.0.0.1, or on ::1 where nobody listens there; a socket path relative to the service's folder. */
export async function connectTo(target: ConnectTarget, cwd: string, signal: AbortSignal): Promise<Duplex> {
  if ('path' in target) return open({ path: resolve(cwd, target.path) }, signal);
  try {
    return await open({ host: '127.0.0.1', port: target.port }, signal);
  } catch (error) {
    if (errnoOf(error) !== 'ECONNREFUSED') throw error;
    // Where there is no IPv6 either, the first refusal is the one to tell.
    return open({ host: '::1', port: target.port }, signal).catch(() => Promise.reject(error));
  }
}

async function open(options: NetConnectOpts, signal: AbortSignal): Promise<Socket> {
  signal.throwIfAborted();
  const { promise, resolve: succeed, reject } = Promise.withResolvers<Socket>();
  const socket = connectSocket(options);
  const abort = (): void => {
    socket.destroy();
    reject(signal.reason);
  };
  signal.addEventListener('abort', abort, { once: true });
  socket.once('error', reject);
  socket.once('connect', () => succeed(socket));
  try {
    return await promise;
  } finally {
    socket.removeListener('error', reject);
    signal.removeEventListener('abort', abort);
  }
}
