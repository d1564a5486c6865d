import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { assertPortsFree } from '../../../../../src/drivers/lima/actuate/ports.ts';
import { freePort } from '../../../../support/free-port.ts';

describe('the ports of a machine of Lima', () => {
  it('are looked at before it is started', async () => {
    const port = await freePort();
    const template = { portForwards: [{ guestPort: 80, hostPort: port, hostIP: '127.0.0.1', proto: 'tcp' }] };
    await assertPortsFree('demo-box', template);
    const server = createServer();
    await once(server.listen(port, '127.0.0.1'), 'listening');

    const refused = assertPortsFree('demo-box', template);

    await expect(refused).rejects.toMatchObject({ code: 'port_in_use', fields: { name: 'demo-box', port } });
    server.close();
  });
});
