/** The two faces of the driver beside one engine: what one of them hears, the other one knows. */
import type { ServerResponse } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openActuator, openObserver } from '../../../../src/drivers/docker/connected.ts';
import type { Scope } from '../../../../src/drivers/scope.ts';
import { eventually } from '../../../support/eventually.ts';
import { SEALER } from '../../../support/sealer.ts';
import { byPath, fakeEngine, json } from './api/fake-engine.ts';
import { container, idOf } from './observe/fixtures.ts';

const SCOPE: Scope = { owners: ['me'], project: 'shop', environment: 'local', names: { service: ['shop-web-1'] } };

async function listener(): Promise<number> {
  const server = createServer((socket) => socket.on('error', () => undefined).resume());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

describe('an engine that is listened to', () => {
  it('is asked where a container is at the first connection, and again when something was heard of it', async () => {
    const port = await listener();
    const found = container('shop-web-1');
    const ports = { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: String(port) }] };
    const streams: ServerResponse[] = [];
    const engine = await fakeEngine(
      byPath({
        '/version': json({ Version: '29.1.0', ApiVersion: '1.52', Os: 'linux', Arch: 'amd64', Components: [] }),
        '/events': (_request, response) => {
          response.writeHead(200).flushHeaders();
          streams.push(response);
        },
        '/containers/json': json([]),
        '/networks': json([]),
        '/volumes': json({ Volumes: [] }),
        '/containers/shop-web-1/json': json({
          ...found,
          NetworkSettings: { ...found.NetworkSettings, Ports: ports },
        }),
      }),
    );
    const declaration = { name: 'docker', driver: 'docker', settings: { host: engine.endpoint.text } };
    const observer = await openObserver(declaration, SEALER);
    const actuator = await openActuator({ ...declaration, name: 'another name' });
    const quit = new AbortController();
    onTestFinished(async () => {
      quit.abort();
      await Promise.all([observer.close(), actuator.close()]);
    });
    const connect = async (): Promise<void> => {
      const object = { type: 'service', name: 'shop-web-1' } as const;
      (await actuator.connect(object, { port: 80 }, quit.signal)).destroy();
    };
    const asked = (): number => engine.requests.filter((request) => request.endsWith('shop-web-1/json')).length;

    await connect();
    await connect();
    expect(asked(), 'nobody listens').toBe(2);
    const events = observer.events(SCOPE, quit.signal)[Symbol.asyncIterator]();
    await events.next();
    await connect();
    await connect();
    expect(asked()).toBe(3);
    const attributes = { name: 'shop-web-1' };
    const message = { Type: 'container', Action: 'restart', Actor: { ID: idOf('shop-web-1'), Attributes: attributes } };
    streams[0]?.write(`${JSON.stringify(message)}\n`);
    await events.next();
    await connect();
    expect(asked()).toBe(4);
    streams[0]?.destroy();
    await events.next();
    await connect();
    await eventually(() => streams.length === 2, 'the second stream');
    expect(asked()).toBeGreaterThanOrEqual(5);
  });
});
