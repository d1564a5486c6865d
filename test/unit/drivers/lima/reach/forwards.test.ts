import { describe, expect, it } from 'vitest';
import { forwardAt, portsHeld } from '../../../../../src/drivers/lima/reach/forwards.ts';
import type { JsonObject } from '../../../../../src/model/json.ts';

const TEMPLATE: JsonObject = {
  ssh: { localPort: 60022 },
  portForwards: [
    { guestPort: 80, hostPort: 8080, hostIP: '127.0.0.1', proto: 'tcp' },
    { guestPort: 81, hostPort: 8081, hostIP: '0.0.0.0', proto: 'any' },
    { guestPort: 53, hostPort: 5353, hostIP: '127.0.0.1', proto: 'udp' },
    { guestPort: 90, hostPort: 9090, reverse: true },
    { guestPort: 91, hostPort: 9091, ignore: true },
    { guestSocket: '/run/docker.sock', hostSocket: '/tmp/docker.sock' },
  ],
};

describe('ports of the host that a machine of Lima forwards', () => {
  it('have to be free for it to start', () => {
    expect(portsHeld(TEMPLATE).map(({ host, port, protocol }) => `${host}:${port}/${protocol}`)).toEqual([
      '127.0.0.1:60022/tcp',
      '127.0.0.1:8080/tcp',
      '0.0.0.0:8081/tcp',
      '127.0.0.1:5353/udp',
    ]);
    expect(portsHeld({ ssh: { localPort: 0 } })).toEqual([]);
  });

  it('lead into the guest at an address that this machine gets to', () => {
    expect(forwardAt(TEMPLATE, 8080)).toMatchObject({ host: '127.0.0.1', port: 8080 });
    expect(forwardAt(TEMPLATE, 8081)).toMatchObject({ host: '127.0.0.1', port: 8081 });
    expect([80, 5353, 9090, 9091].map((port) => forwardAt(TEMPLATE, port))).toEqual([null, null, null, null]);
  });
});
