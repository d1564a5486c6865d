import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { isPortFree } from '../../../src/files/is-port-free.ts';

test('a port on which somebody listens is not free, at that address and at all of them', async () => {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;

  expect(await isPortFree({ port, protocol: 'tcp', address: '127.0.0.1' })).toBe(false);
  expect(await isPortFree({ port, protocol: 'tcp', address: '0.0.0.0' })).toBe(false);
  await new Promise((resolve) => server.close(resolve));
  expect(await isPortFree({ port, protocol: 'tcp', address: '127.0.0.1' })).toBe(true);
});

test('ports of datagrams are ports of their own', async () => {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();

  expect(await isPortFree({ port, protocol: 'udp', address: '127.0.0.1' })).toBe(false);
  expect(await isPortFree({ port, protocol: 'udp', address: null })).toBe(false);
  socket.close();
});

test('an address that this machine has not is for others to find out about', async () => {
  expect(await isPortFree({ port: 8080, protocol: 'tcp', address: '192.0.2.1' })).toBe(true);
});
