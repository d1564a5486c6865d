import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { knownMachine } from '../../../../../src/drivers/lima/actuate/machine-at.ts';
import { assertPortsFree } from '../../../../../src/drivers/lima/actuate/ports.ts';
import { forceDown } from '../../../../../src/drivers/lima/actuate/stop.ts';
import { freePort } from '../../../../support/free-port.ts';
import { listed, toldHome } from '../told-home.ts';

/** As long as what held its ports goes on without it. */
const LINGERS_MS = 300;

describe('a machine that is switched off', () => {
  it('is down once its ports are free: what held them notices only after it', async () => {
    const port = await freePort();
    const server = createServer();
    await once(server.listen(port, '127.0.0.1'), 'listening');
    const config = { portForwards: [{ guestPort: 80, hostPort: port, hostIP: '127.0.0.1', proto: 'tcp' }] };
    let status = 'Running';
    await using home = await toldHome({}, (command) => {
      if (command.startsWith('list')) return listed(status, { config });
      status = 'Stopped';
      setTimeout(() => server.close(), LINGERS_MS);
      return undefined;
    });

    await forceDown(home, await knownMachine(home, 'demo-box'));

    await assertPortsFree('demo-box', config);
    expect(home.asked).toContain('stop --force demo-box');
  });
});
