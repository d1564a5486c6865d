/** Whether a port of this machine can be listened on: the kernel is asked, which alone knows all who hold one. */
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { errnoOf } from './errno.ts';

export interface HostPort {
  readonly port: number;
  readonly protocol: string;
  /** `null` for all addresses. */
  readonly address: string | null;
}

/** `true` also for what this process may not have: whoever gets it will find out. */
export async function isPortFree({ port, protocol, address }: HostPort): Promise<boolean> {
  const options = { port, exclusive: true, ...(address === null ? {} : { address, host: address }) };
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const failed = (error: unknown): void => resolve(errnoOf(error) !== 'EADDRINUSE');
  if (protocol === 'udp') {
    const socket = createSocket(address?.includes(':') === true ? 'udp6' : 'udp4');
    socket.once('error', failed).bind(options, () => socket.close(() => resolve(true)));
  } else {
    const server = createServer();
    server.once('error', failed).listen(options, () => server.close(() => resolve(true)));
  }
  return promise;
}
