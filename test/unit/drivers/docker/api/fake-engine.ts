/** An engine that answers as a test wants it to, on a socket of its own, and notes what it was asked. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openReader, openWriter } from '../../../../../src/drivers/docker/api/client.ts';
import type { Deadlines } from '../../../../../src/drivers/docker/api/deadlines.ts';
import type { EngineReader, EngineWriter } from '../../../../../src/drivers/docker/api/engine-api.ts';
import type { UnixEndpoint } from '../../../../../src/drivers/docker/connection/endpoint.ts';
import { scratchFolder } from '../../../state/scratch.ts';

export const never: AbortSignal = new AbortController().signal;

export interface FakeEngine {
  readonly endpoint: UnixEndpoint;
  readonly server: Server;
  /** `GET /v1.41/containers/json?all=true`, in the order of arrival. */
  readonly requests: readonly string[];
  /** Every connection that was ever made. */
  readonly connections: readonly Socket[];
  reader(deadlines?: Partial<Deadlines>): EngineReader;
  writer(deadlines?: Partial<Deadlines>): EngineWriter;
}

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** `/_ping` is answered as an engine of API 1.41 does, unless `ping` says otherwise. */
export async function fakeEngine(answer: Answer, ping: Answer = pingOf('1.41')): Promise<FakeEngine> {
  const requests: string[] = [];
  const connections: Socket[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
    (request.url === '/_ping' ? ping : answer)(request, response);
  });
  server.on('connection', (socket: Socket) => connections.push(socket));
  const path = join(scratchFolder(), 'engine.sock');
  await new Promise<void>((resolve) => void server.listen(path, resolve));
  const endpoint = { kind: 'unix', path, text: `unix://${path}`, source: 'this test' } as const;
  onTestFinished(() => {
    server.close();
    for (const connection of connections) connection.destroy();
  });
  return {
    endpoint,
    server,
    requests,
    connections,
    reader: (deadlines = {}) => closedAfterwards(openReader(endpoint, { deadlines })),
    writer: (deadlines = {}) => closedAfterwards(openWriter(endpoint, { deadlines })),
  };
}

export function pingOf(version: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return (_request, response) => void response.writeHead(200, { 'Api-Version': version, ...headers }).end('OK');
}

/** Answers with JSON. */
export function json(body: unknown, status = 200): Answer {
  return (_request, response) => {
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  };
}

/** An engine that says no, in these words. */
export function refusal(status: number, message: string): Answer {
  return json({ message }, status);
}

/** Answers by the end of the path, without its query. */
export function byPath(answers: Readonly<Record<string, Answer>>): Answer {
  return (request, response) => {
    const path = (request.url ?? '').replace(/\?.*/, '');
    const found = Object.entries(answers).find(([end]) => path.endsWith(end));
    (found?.[1] ?? refusal(404, 'page not found'))(request, response);
  };
}

/** Never answers. */
export function silence(): void {
  // Somebody else ends the connection.
}

function closedAfterwards<T extends EngineReader>(client: T): T {
  onTestFinished(() => client.close());
  return client;
}
