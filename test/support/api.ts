/** The API as a caller meets it: real sockets and ports, in front of a daemon that only exists in memory. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { type Api, type ApiOptions, openApi } from '../../src/serve/api/api.ts';
import { claimRoot } from '../../src/serve/api/socket.ts';
import { TokenStore } from '../../src/serve/api/tokens.ts';
import type { Role } from '../../src/serve/api/roles.ts';
import { type MemoryServed, memoryServed } from './memory-served.ts';

export interface Asked {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly json: unknown;
}

export interface AskOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Sent as JSON. */
  readonly json?: unknown;
  readonly token?: string;
}

export interface ScratchApi extends AsyncDisposable {
  readonly api: Api;
  readonly served: MemoryServed;
  readonly socket: string;
  readonly scratch: string;
  readonly tokens: TokenStore;
  readonly problems: unknown[];
  now: number;
  /** Asks through the socket. */
  ask(path: string, options?: AskOptions): Promise<Asked>;
  /** Asks through TCP. */
  askTcp(path: string, options?: AskOptions): Promise<Asked>;
  /** Begins a request through the socket and resolves with the head of its answer. */
  open(path: string, headers?: Readonly<Record<string, string>>): Promise<IncomingMessage>;
  token(role: Role, name?: string, lifetimeMs?: number): Promise<string>;
}

/** Use it with `await using`. */
export async function scratchApi(
  options: Partial<ApiOptions> & { readonly served?: MemoryServed } = {},
): Promise<ScratchApi> {
  const scratch = await mkdtemp('/tmp/trueup-test-');
  const folder = join(scratch, 'run');
  for (const made of [folder, join(scratch, 'repo')]) await mkdir(made, { mode: 0o700 });
  const served = options.served ?? memoryServed();
  const { signal } = new AbortController();
  const claim = await claimRoot(join(scratch, 'repo'), { command: 'trueup serve', signal, folder });
  const problems: unknown[] = [];
  const scratchApi = { now: Date.parse('2026-01-31T10:00:00.000Z') };
  const tokens = new TokenStore(join(scratch, 'tokens.json'), () => scratchApi.now);
  const cleaned = async (): Promise<void> => {
    await claim[Symbol.asyncDispose]();
    await rm(scratch, { recursive: true, force: true });
  };
  const api = await openApi(served, {
    claims: [claim],
    tcp: { listen: '127.0.0.1:0', tls: null, hosts: [] },
    mask: (text) => text.replaceAll('hunter2', '(secret)'),
    version: '9.9.9',
    onProblem: (problem) => void problems.push(problem),
    tokens,
    ...options,
  }).catch(async (error: unknown) => {
    await cleaned();
    throw error;
  });
  const where = { socketPath: claim.path };
  const tcp = { host: '127.0.0.1', port: api.port ?? 0 };
  return Object.assign(scratchApi, {
    api,
    served,
    socket: claim.path,
    scratch,
    tokens,
    problems,
    ask: (path: string, asked: AskOptions = {}) => ask({ ...where, path }, asked),
    askTcp: (path: string, asked: AskOptions = {}) => ask({ ...tcp, path }, asked),
    open: (path: string, headers: Readonly<Record<string, string>> = {}) => open({ ...where, path, headers }),
    async token(role: Role, name: string = role, lifetimeMs: number | null = null) {
      return (await tokens.create({ name, role, lifetimeMs }, signal)).plain;
    },
    async [Symbol.asyncDispose]() {
      await api[Symbol.asyncDispose]();
      await cleaned();
    },
  });
}

interface Where {
  readonly socketPath?: string;
  readonly host?: string;
  readonly port?: number;
  readonly path: string;
}

async function ask(where: Where, { method, headers = {}, body, json, token }: AskOptions): Promise<Asked> {
  const sent = json === undefined ? body : JSON.stringify(json);
  const response = await open({
    ...where,
    method: method ?? (sent === undefined ? 'GET' : 'POST'),
    headers: {
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(sent === undefined ? {} : { body: sent }),
  });
  const text = (await response.setEncoding('utf8').toArray()).join('');
  const isJson = response.headers['content-type']?.startsWith('application/json') === true;
  const parsed: unknown = isJson ? JSON.parse(text) : null;
  return { status: response.statusCode ?? 0, headers: response.headers, text, json: parsed };
}

function open(
  options: Where & {
    readonly method?: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string | Uint8Array;
  },
): Promise<IncomingMessage> {
  const { body, ...rest } = options;
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const asked = request({ ...rest, agent: false }, resolve);
  asked.on('error', reject);
  asked.end(body);
  return promise;
}
