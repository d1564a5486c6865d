import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TrueupError } from '../../../src/model/failure.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { freePort } from '../../support/free-port.ts';
import { eventually, isAlive, pidOf, type ServiceParts, TestEngine } from './support.ts';

let engine: TestEngine;
beforeEach(() => {
  engine = new TestEngine();
});
afterEach(() => engine.end());

function port(hostPort: number, more: { readonly host_ip?: string; readonly protocol?: string } = {}): JsonObject {
  return { host_port: hostPort, container_port: hostPort, protocol: 'tcp', host_ip: null, ...more };
}

async function failureOfStart(parts: ServiceParts): Promise<TrueupError> {
  const error: unknown = await engine.up(parts).catch((reason: unknown) => reason);
  if (error instanceof TrueupError) return error;
  throw new Error('the start succeeded', { cause: error });
}

async function listen(host: string): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

const LISTENER = `require('node:net').createServer().listen(Number(process.env.PORT), '127.0.0.1', () => console.log('up'))`;

describe('a declared port', () => {
  it('that a stranger holds is refused, naming process and command', async () => {
    const { server, port: taken } = await listen('127.0.0.1');
    try {
      const error = await failureOfStart({ ports: { [`${taken}/tcp`]: port(taken) } });

      expect(error).toMatchObject({ code: 'port_in_use', fields: { pid: process.pid, port: taken, service: null } });
      expect(error.message).toContain(`port ${taken}/tcp of shop-web-1 is held by process ${process.pid} (`);
      expect(await engine.state()).toBe('created');
    } finally {
      server.close();
    }
  });

  it('that another service holds is refused, naming that service', async () => {
    const free = await freePort();
    await engine.up({ command: [process.execPath, '-e', LISTENER], variables: { PORT: String(free) } }, 'shop-api-1');
    await eventually(() => engine.log('shop-api-1').includes('up'), 'the listener');

    const error = await failureOfStart({ ports: { p: port(free) } });

    expect(error).toMatchObject({ code: 'port_in_use', fields: { service: 'shop-api-1' } });
    expect(error.message).toContain('is held by service shop-api-1, process ');
  });

  it('is not said to be held by a service whose pid of an earlier boot was used again', async () => {
    const { server, port: taken } = await listen('127.0.0.1');
    try {
      mkdirSync(engine.folder('shop-old-1'), { recursive: true });
      const record = `v=1 id=a boot=earlier digest=d shim=${process.pid}:1 restarts=0 phase=running main=${process.pid}:1`;
      writeFileSync(join(engine.folder('shop-old-1'), 'state'), `${record} exit=-\n`);

      const error = await failureOfStart({ ports: { p: port(taken) } });

      expect(error).toMatchObject({ code: 'port_in_use', fields: { pid: process.pid, service: null } });
    } finally {
      server.close();
    }
  });

  it('is free for the service that held it, in a restart', async () => {
    const free = await freePort();
    const parts = {
      command: [process.execPath, '-e', LISTENER],
      variables: { PORT: String(free) },
      ports: { p: port(free) },
    };
    const first = await engine.up(parts);
    await eventually(() => engine.log().includes('up'), 'the listener');

    await engine.stop();
    await engine.run('start', { name: 'shop-web-1' });

    await eventually(() => engine.log() === 'up\nup\n', 'the second listener');
    expect(isAlive(pidOf(first))).toBe(false);
  });

  it.each([
    ['127.0.0.1', '127.0.0.1', true],
    ['0.0.0.0', '127.0.0.1', true],
    ['::', '127.0.0.1', true],
    ['127.0.0.1', '127.0.0.2', false],
    ['::1', null, true],
  ])('with a listener on %s and a host_ip of %s is in use: %s', async (listening, wanted, inUse) => {
    const { server, port: taken } = await listen(listening);
    try {
      const start = engine.up({ ports: { p: port(taken, wanted === null ? {} : { host_ip: wanted }) } });
      if (inUse) await expect(start).rejects.toMatchObject({ code: 'port_in_use' });
      else await expect(start).resolves.toMatchObject({ status: { run_state: 'running' } });
    } finally {
      server.close();
    }
  });

  it('of UDP is looked for among UDP sockets', async () => {
    const taken = await freePort();
    const socket = createSocket('udp4');
    socket.bind(taken, '127.0.0.1');
    await once(socket, 'listening');
    try {
      const udp = port(taken, { protocol: 'udp' });
      await expect(engine.up({ ports: { p: udp } })).rejects.toMatchObject({ code: 'port_in_use' });
      await expect(engine.up({ ports: { p: port(taken) } }, 'shop-tcp-1')).resolves.toBeDefined();
    } finally {
      socket.close();
    }
  });
});
