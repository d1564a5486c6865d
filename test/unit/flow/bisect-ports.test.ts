import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { Actuator, Driver, DriverRegistry } from '../../../src/drivers/driver.ts';
import { copyOf } from '../../../src/flow/bisect-copy.ts';
import { assertPortsFree, driversOfCopy, processPorts } from '../../../src/flow/bisect-ports.ts';
import type { DesiredEnvironment } from '../../../src/model/desired.ts';
import { eventually } from '../../support/eventually.ts';
import { loadOne } from '../manifest/support.ts';

const never = new AbortController().signal;

/** Notes whom a probe was led to, and how often engines were closed. */
function recordingDrivers(): {
  readonly drivers: DriverRegistry;
  readonly reached: string[];
  readonly closed: string[];
} {
  const [reached, closed]: [string[], string[]] = [[], []];
  const driver = (name: string): Driver =>
    ({
      name,
      actuator: async () =>
        ({
          async connect({ name: object }, target) {
            reached.push(`${name}: ${object} ${JSON.stringify(target)}`);
            return new PassThrough();
          },
          async close() {
            closed.push(name);
          },
        }) as Partial<Actuator> as Actuator,
    }) as Partial<Driver> as Driver;
  return { reached, closed, drivers: { names: ['docker', 'process'], load: async (name) => driver(name) } };
}

const MANIFEST = `
project: shop
services:
  web:
    container: { image: 'a:1' }
    networking: { ports: ['8080:80', '5353:53/udp'] }
  other:
    container: { image: 'a:1' }
    networking: { ports: ['9090:80'] }
  worker: { process: { command: [run] }, networking: { ports: [3000] } }
`;

async function asked(
  ...questions: readonly (readonly ['docker' | 'process', string, number])[]
): Promise<{ readonly reached: readonly string[]; readonly closed: readonly string[] }> {
  const { drivers, reached, closed } = recordingDrivers();
  const real = await loadOne(MANIFEST);
  const led = driversOfCopy(drivers, real, copyOf(real, 'shop'));
  for (const [engine, name, port] of questions) {
    const driver = await led.load(engine);
    const actuator = await driver?.actuator({ name: engine, driver: engine, settings: {} });
    await actuator?.connect({ type: 'service', name }, { port }, never);
    await actuator?.close();
  }
  return { reached, closed };
}

describe('a probe of the copy', () => {
  it('of a published port reaches the port of its own container behind it', async () => {
    const { reached } = await asked(['docker', 'shop-bisect-web-1', 8080], ['docker', 'shop-bisect-other-1', 9090]);

    expect(reached).toEqual(['docker: shop-bisect-web-1 {"port":80}', 'docker: shop-bisect-other-1 {"port":80}']);
  });

  it('of any other port asks for that port, as in the real environment', async () => {
    const { reached } = await asked(
      ['docker', 'shop-bisect-web-1', 9090],
      ['docker', 'shop-bisect-web-1', 81],
      ['docker', 'shop-bisect-web-1', 5353],
    );

    expect(reached).toEqual([
      'docker: shop-bisect-web-1 {"port":9090}',
      'docker: shop-bisect-web-1 {"port":81}',
      'docker: shop-bisect-web-1 {"port":5353}',
    ]);
  });

  it('from a process, for which localhost is this machine, never reaches the real container', async () => {
    const { reached, closed } = await asked(
      ['process', 'shop-bisect-worker-1', 8080],
      ['process', 'shop-bisect-worker-1', 3000],
    );

    expect(reached).toEqual(['docker: shop-bisect-web-1 {"port":80}', 'process: shop-bisect-worker-1 {"port":3000}']);
    expect(closed.toSorted()).toEqual(['docker', 'process', 'process']);
  });
});

async function ofPort(port: number, protocol = 'tcp'): Promise<DesiredEnvironment> {
  const ports = `[{ host_port: ${port}, protocol: ${protocol} }]`;
  const real = await loadOne(`services: { web: { process: { command: [run] }, networking: { ports: ${ports} } } }`);
  return copyOf(real, 'shop');
}

describe('the ports of processes', () => {
  it('must be free, because no copy of a process can have another', async () => {
    await using server = createServer().listen(0);
    await eventually(() => server.listening, 'the port to be held');
    const { port } = server.address() as { readonly port: number };
    const copy = await ofPort(port);

    await expect(assertPortsFree(copy, new Set())).rejects.toMatchObject({
      code: 'port_in_use',
      fields: { address: 'service.web', port },
    });
    await expect(assertPortsFree(copy, processPorts(copy))).resolves.toBeUndefined();
    server.close();
    await eventually(() => !server.listening, 'the port to be free');
    await expect(assertPortsFree(copy, new Set())).resolves.toBeUndefined();
  });

  it('are looked at by protocol', async () => {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => void socket.bind(0, resolve));
    const { port } = socket.address();

    await expect(assertPortsFree(await ofPort(port, 'udp'), new Set())).rejects.toMatchObject({ code: 'port_in_use' });
    await expect(assertPortsFree(await ofPort(port), new Set())).resolves.toBeUndefined();
    await new Promise<void>((resolve) => void socket.close(resolve));
  });

  it('of containers do not matter: the engine chooses others', async () => {
    await using server = createServer().listen(0);
    await eventually(() => server.listening, 'the port to be held');
    const { port } = server.address() as { readonly port: number };
    const real = await loadOne(
      `services: { web: { container: { image: 'a:1' }, networking: { ports: ['${port}:80'] } } }`,
    );

    await expect(assertPortsFree(copyOf(real, 'shop'), new Set())).resolves.toBeUndefined();
  });
});
