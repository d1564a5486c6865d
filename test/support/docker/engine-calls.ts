/**
 * An engine's API as it is, for tests that act as the world or judge what is there: nothing of the driver takes part. Sent
 * without a version, so that each engine speaks its newest.
 */
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Readable } from 'node:stream';

export type Body = { readonly json: unknown } | { readonly stream: Readable; readonly type: string };

export class EngineCalls {
  readonly socket: string;

  constructor(socket: string) {
    this.socket = socket;
  }

  /** `null` where the engine knows nothing of the kind. */
  async find<T>(path: string): Promise<T | null> {
    const { status, body } = await this.call('GET', path);
    if (status === 404) return null;
    return parsed(status, body, path) as T;
  }

  async get<T>(path: string): Promise<T> {
    const { status, body } = await this.call('GET', path);
    return parsed(status, body, path) as T;
  }

  async post<T = unknown>(path: string, json: unknown = {}): Promise<T> {
    const { status, body } = await this.call('POST', path, { json });
    return parsed(status, body, path) as T;
  }

  /** Done as well when there is nothing to delete. */
  async delete(path: string): Promise<void> {
    const { status, body } = await this.call('DELETE', path);
    if (status !== 404) parsed(status, body, path);
  }

  async call(method: string, path: string, body?: Body): Promise<{ readonly status: number; readonly body: string }> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const headers: Record<string, string> = { host: 'engine' };
    const sent = body !== undefined && 'json' in body ? JSON.stringify(body.json) : null;
    if (body !== undefined) headers['content-type'] = 'json' in body ? 'application/json' : body.type;
    if (sent !== null) headers['content-length'] = String(Buffer.byteLength(sent));
    const outgoing = request({ socketPath: this.socket, method, path, headers, agent: false }, resolve);
    outgoing.once('error', reject);
    if (body !== undefined && 'stream' in body) body.stream.pipe(outgoing);
    else outgoing.end(sent ?? '');
    const answer = await promise;
    return { status: answer.statusCode ?? 0, body: await text(answer) };
  }
}

function parsed(status: number, body: string, path: string): unknown {
  if (status >= 400) throw new Error(`${path}: ${status} ${body.trim()}`);
  // 204 and 304 have none, and the attached stream of an exec is no JSON.
  try {
    return body === '' ? null : (JSON.parse(body) as unknown);
  } catch {
    return body;
  }
}
