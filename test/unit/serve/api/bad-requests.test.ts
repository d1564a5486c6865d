/** Requests that mean harm, or come from something broken: what is judged is what they cost. */
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { scratchApi, type ScratchApi } from '../../../support/api.ts';
import { eventually } from '../../../support/eventually.ts';
import { memoryServed } from '../../../support/memory-served.ts';
import { served } from '../../../support/serve-events.ts';

const MEBIBYTE = 1024 * 1024;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function openFiles(): number {
  return readdirSync('/proc/self/fd').length;
}

async function raw(api: ScratchApi): Promise<Socket & { text: string }> {
  const socket = Object.assign(connect(api.api.port ?? 0, '127.0.0.1'), { text: '' });
  socket.setEncoding('utf8').on('data', (chunk: string) => (socket.text += chunk));
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

test('a body of 100 MB is refused without being read', async () => {
  await using api = await scratchApi({ webhooks: () => [] });
  for (const path of ['/v1/webhooks/github', '/v1/environments/shop/local/apply']) {
    const socket = await raw(api);
    const token = await api.token('operator', `one-for-${path.length}`);
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: ${100 * MEBIBYTE}\r\n\r\n`,
    );
    await eventually(() => socket.text.includes('\r\n\r\n'));
    expect(socket.text).toMatch(/^HTTP\/1\.1 413 /);
    expect(socket.text).toContain('request_too_large');
    const chunk = Buffer.alloc(MEBIBYTE);
    let sent = 0;
    while (!socket.destroyed && sent < 100) {
      if (!socket.write(chunk))
        await Promise.race([once(socket, 'drain'), once(socket, 'close')]).catch(() => undefined);
      sent += 1;
    }
    await eventually(() => socket.destroyed);
    // What the kernel's buffers take, and nothing like all of it.
    expect(sent).toBeLessThan(30);
  }
});

test('a body without a length is cut off at the limit', async () => {
  await using api = await scratchApi({ webhooks: () => [] });
  const socket = await raw(api);
  socket.write('POST /v1/webhooks/github HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n');
  const chunk = `${(64 * 1024).toString(16)}\r\n${'x'.repeat(64 * 1024)}\r\n`;

  for (let index = 0; index < 200 && !socket.destroyed; index += 1) {
    if (!socket.write(chunk)) await Promise.race([once(socket, 'drain'), once(socket, 'close')]).catch(() => undefined);
  }

  await eventually(() => socket.text.startsWith('HTTP/1.1 413 ') || socket.destroyed);
});

test('whoever sends a request byte by byte is cut off, and others are answered meanwhile', async () => {
  await using api = await scratchApi({ patience: { headersMs: 2000, requestMs: 3000, idleMs: 60_000 } });
  const before = openFiles();
  const slow = await Promise.all(Array.from({ length: 100 }, () => raw(api)));
  let index = 0;
  const text = `GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Slow: ${'y'.repeat(10_000)}`;
  const drip = setInterval(() => {
    for (const socket of slow) if (!socket.destroyed) socket.write(text[index] ?? 'y');
    index += 1;
  }, 20);

  expect((await api.askTcp('/livez')).status).toBe(200);
  await eventually(() => slow.every((socket) => socket.destroyed), 'all of them to be cut off');
  clearInterval(drip);

  expect((await api.askTcp('/livez')).status).toBe(200);
  await eventually(() => openFiles() <= before + 2, 'their sockets to be closed');
});

test('a body that never ends is cut off too', async () => {
  await using api = await scratchApi({ patience: { headersMs: 300, requestMs: 600, idleMs: 60_000 } });
  const token = await api.token('operator');
  const socket = await raw(api);
  socket.write(
    `POST /v1/environments/shop/local/apply HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{`,
  );

  await eventually(() => socket.destroyed);

  expect(api.served.all[0]?.asked).toEqual([]);
});

test('a connection on which nothing is said is closed', async () => {
  await using api = await scratchApi({ patience: { headersMs: 200, requestMs: 400, idleMs: 200 } });
  const socket = await raw(api);

  await eventually(() => socket.destroyed);
});

test('waiting for a pass is not cut off for want of bytes', async () => {
  await using api = await scratchApi({ patience: { headersMs: 1000, requestMs: 1000, idleMs: 1000 } });
  const [environment] = api.served.all;
  if (environment === undefined) throw new Error('no environment');
  const { pass } = environment;
  environment.pass = new Promise((resolve) => {
    setTimeout(() => resolve(pass), 3500);
  });

  const { status } = await api.ask('/v1/environments/shop/local/apply', { method: 'POST' });

  expect(status).toBe(200);
});

test('500 streams that nobody reads cost neither memory nor files once they are gone', {
  timeout: 180_000,
}, async () => {
  const events = memoryServed();
  await using api = await scratchApi({ served: events });
  const reason = 'x'.repeat(5000);
  const tell = (): void => events.tell(served({ type: 'triggered', kind: 'git', reason }));
  // What is kept for those who come back is there before anything is measured.
  const first = await api.open('/v1/events');
  first.on('error', () => undefined);
  for (let index = 0; index < 1000; index += 1) tell();
  first.destroy();
  const [filesBefore, memoryBefore] = [openFiles(), memoryNow()];

  await using readers = await deafReaders(api.socket, 500);
  for (let index = 0; index < 2000; index += 1) {
    tell();
    if (index % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  const memoryDuring = memoryNow();

  expect((await api.ask('/livez')).status).toBe(200);
  expect(openFiles()).toBeGreaterThan(filesBefore + 490);
  // 10 MB were told to each of 500.
  expect(memoryDuring - memoryBefore).toBeLessThan(60 * MEBIBYTE);
  await readers[Symbol.asyncDispose]();
  await eventually(() => openFiles() <= filesBefore + 2, 'their sockets to be closed');
  await eventually(() => memoryNow() - memoryBefore < 10 * MEBIBYTE, 'their memory to be given back');
});

/** In a process of their own, so that what they hold is not counted. */
async function deafReaders(socket: string, count: number): Promise<AsyncDisposable> {
  const script = `
    const { connect } = require('node:net');
    // A socket that reads no more does not keep a process alive.
    setInterval(() => undefined, 60_000);
    let open = 0;
    for (let index = 0; index < ${count}; index += 1) {
      const socket = connect(${JSON.stringify(socket)}, () => {
        socket.write('GET /v1/events HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n');
        socket.once('readable', () => (open += 1) === ${count} && console.log('all'));
      });
    }`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  await once(child.stdout, 'data');
  return {
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function memoryNow(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

test('requests that are no HTTP, or far too long, end at once', async () => {
  await using api = await scratchApi();
  for (const text of [
    'hello\r\n\r\n',
    'GET / HTTP/1.1\r\n\r\n',
    `GET /${'x'.repeat(100_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
    'POST /livez HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n',
  ]) {
    const socket = await raw(api);
    socket.write(text);
    await eventually(() => socket.destroyed);
    expect(socket.text).toMatch(/^HTTP\/1\.1 4/);
  }
  expect((await api.askTcp('/livez')).status).toBe(200);
});
