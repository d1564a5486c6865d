import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { isListenedOn, portsOf } from '../../../../../src/drivers/kwok/actuate/ports.ts';
import { freePort } from '../../../../support/free-port.ts';

test('the ports of a process are read from its arguments', () => {
  const args = [
    '--name=node0',
    '--listen-peer-urls=http://127.0.0.1:32767',
    '--advertise-client-urls=http://127.0.0.1:1',
    '--listen-client-urls=http://127.0.0.1:32766',
    '--secure-port=32765',
    '--server-address=127.0.0.1:32764',
  ];

  expect(portsOf({ name: 'etcd', binary: '/bin/etcd', args })).toEqual([32_767, 32_766, 32_765, 32_764]);
});

test('a port that somebody listens on is taken, and one that nobody does is left to whoever comes', async () => {
  const port = await freePort();
  const asked = isListenedOn(port);
  const server = createServer();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // At the same time as it is asked for: who asks is in nobody's way.
  server.once('error', reject).listen(port, '127.0.0.1', resolve);
  await promise;
  await asked;

  expect(await isListenedOn(port)).toBe(true);

  const closed = Promise.withResolvers<void>();
  server.close(() => closed.resolve());
  await closed.promise;
  expect(await isListenedOn(port)).toBe(false);
});
