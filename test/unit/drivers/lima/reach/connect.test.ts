import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { connectInto } from '../../../../../src/drivers/lima/reach/connect.ts';
import { freePort } from '../../../../support/free-port.ts';
import { listed, toldHome } from '../told-home.ts';

const SIGNAL = new AbortController().signal;

describe('a connection into a machine of Lima', () => {
  it('takes the port of the host that the machine forwards', async () => {
    const port = await freePort();
    const server = createServer((socket) => socket.end('hello'));
    await once(server.listen(port, '127.0.0.1'), 'listening');
    const config = { portForwards: [{ guestPort: 80, hostPort: port, hostIP: '127.0.0.1', proto: 'tcp' }] };
    await using home = await toldHome({}, () => listed('Running', { config }));

    const stream = await connectInto(home.limactl, 'demo-box', { port }, SIGNAL);

    expect(String(await new Promise((resolve) => stream.once('data', resolve)))).toBe('hello');
    stream.destroy();
    server.close();
  });

  it('is rejected where the machine does not run', async () => {
    await using home = await toldHome({}, () => listed('Stopped'));

    const connected = connectInto(home.limactl, 'demo-box', { port: 80 }, SIGNAL);

    await expect(connected).rejects.toMatchObject({ code: 'not_running' });
  });
});
