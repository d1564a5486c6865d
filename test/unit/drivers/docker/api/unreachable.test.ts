import { spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openReader } from '../../../../../src/drivers/docker/api/client.ts';
import { endpointOf } from '../../../../../src/drivers/docker/connection/host-text.ts';
import { TrueupError } from '../../../../../src/model/failure.ts';
import { scratchFolder } from '../../../state/scratch.ts';
import { fakeEngine, json, never } from './fake-engine.ts';

async function failureAt(host: string): Promise<TrueupError> {
  const reader = openReader(endpointOf(host, { source: 'DOCKER_HOST', tls: null }));
  const failure = await reader.containers(never).catch((error: unknown) => error);
  await reader.close();
  if (failure instanceof TrueupError) return failure;
  throw new Error('it is reachable', { cause: failure });
}

async function listening(path: string, say: (socket: Socket) => void): Promise<string> {
  const server = createServer(say);
  await new Promise<void>((resolve) => void server.listen(path, resolve));
  onTestFinished(() => void server.close());
  return `unix://${path}`;
}

describe('an engine that cannot be reached', () => {
  it('because there is no socket', async () => {
    const failure = await failureAt(`unix://${join(scratchFolder(), 'none.sock')}`);

    expect(failure).toMatchObject({ code: 'engine_unreachable', retryable: true, fields: { reason: 'ENOENT' } });
    expect(failure.message).toContain('there is no socket at unix://');
    expect(failure.next).toContain('DOCKER_HOST');
  });

  it('because what is there is no socket, or nobody listens behind it', async () => {
    const folder = scratchFolder();
    writeFileSync(join(folder, 'file'), '');
    const code = 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])';
    const made = spawnSync('python3', ['-c', code, join(folder, 'stale.sock')]).status === 0;

    const files = ['file', ...(made ? ['stale.sock'] : [])];
    for (const file of files) {
      expect((await failureAt(`unix://${join(folder, file)}`)).message).toContain('nobody listens at');
    }
  });

  it.skipIf(process.geteuid?.() !== 0)('because this user may not use the socket (needs to be root)', async () => {
    const engine = await fakeEngine(json([]));
    chmodSync(engine.endpoint.path, 0o600);
    chmodSync(dirname(engine.endpoint.path), 0o755);
    process.seteuid?.(65_534);

    const failure = await failureAt(engine.endpoint.text).finally(() => process.seteuid?.(0));

    expect(failure).toMatchObject({ code: 'engine_unreachable', retryable: false, fields: { reason: 'EACCES' } });
    expect(failure.next).toContain('group');
  });

  it('because it breaks off every connection', async () => {
    const host = await listening(join(scratchFolder(), 'x.sock'), (socket) => void socket.destroy());

    expect((await failureAt(host)).message).toContain('broke off the connection');
  });

  it('because something else answers there, in HTTP', async () => {
    const html = await fakeEngine(
      json({}),
      (_request, response) =>
        void response.writeHead(404, { 'Content-Type': 'text/html' }).end('<html>Not Found</html>'),
    );

    expect((await failureAt(html.endpoint.text)).message).toContain('no Docker-compatible engine (status 404)');
  });

  it('because something else answers there, which sends us elsewhere', async () => {
    const elsewhere = await fakeEngine(
      json({}),
      (_request, response) => void response.writeHead(301, { Location: 'http://127.0.0.1:1/' }).end(),
    );

    expect((await failureAt(elsewhere.endpoint.text)).message).toContain('no Docker-compatible engine (status 301)');
  });

  it('because something else answers there, in no HTTP', async () => {
    const host = await listening(join(scratchFolder(), 'x.sock'), (socket) => void socket.end('SSH-2.0-OpenSSH\r\n'));

    expect((await failureAt(host)).message).toContain('no Docker-compatible engine');
  });

  it('because nobody listens at the port, or the host has no address', async () => {
    expect((await failureAt('tcp://127.0.0.1:1')).message).toContain('nobody listens at tcp://127.0.0.1:1');
    expect((await failureAt('tcp://localhost:1')).message).toContain('nobody listens at tcp://localhost:1');
    expect((await failureAt('tcp://no.such.host.invalid:1')).message).toContain('has no address');
  });

  it('because the answer stops in the middle', async () => {
    const engine = await fakeEngine((_request, response) => {
      response.writeHead(200, { 'Content-Length': '100' }).write('[{');
      response.socket?.end();
    });

    expect((await failureAt(engine.endpoint.text)).message).toContain('cannot list the containers');
  });
});
