import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { isFree, portsOf } from '../../../../../src/drivers/kwok/actuate/ports.ts';
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

test('a port that somebody listens on is not free', async () => {
  const port = await freePort();
  expect(await isFree(port)).toBe(true);
  const server = createServer();
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(port, '127.0.0.1', resolve);
  await promise;

  expect(await isFree(port)).toBe(false);

  server.close();
});
