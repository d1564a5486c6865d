/** GitHub or GitLab as far as one of their HTTP interfaces is pretended: a server that lets in whoever has the token. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type JsonObject, isJsonObject, parseJson } from '../../src/model/json.ts';

export type Forge = 'github' | 'gitlab';

export interface ForgeOptions {
  readonly forge: Forge;
  readonly token: string;
  /** Who the token belongs to. */
  readonly author: string;
  /** As with the token of a pull request from a fork. */
  readonly isReadOnly?: boolean;
}

export interface ForgeRequest {
  readonly method: string;
  readonly pathname: string;
  readonly query: URLSearchParams;
  readonly body: JsonObject;
}

export interface ForgeAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ForgeServer extends AsyncDisposable {
  readonly url: string;
  /** `METHOD /path` of each request. */
  readonly requests: string[];
}

/** `answer` is asked for what is let in; a request that changes something is refused where the token may only read. */
export async function forgeServer(
  { forge, token, isReadOnly = false }: ForgeOptions,
  answer: (request: ForgeRequest) => ForgeAnswer,
): Promise<ForgeServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    void answered(request).then(({ status, body, headers }) => {
      response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(body));
    });
  });

  async function answered(request: IncomingMessage): Promise<ForgeAnswer> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://forge');
    const method = request.method ?? '';
    requests.push(`${method} ${pathname}`);
    const given = forge === 'github' ? request.headers.authorization : request.headers['private-token'];
    if (given !== (forge === 'github' ? `Bearer ${token}` : token)) return { status: 401, body: {} };
    const body = parseJson(await textOf(request));
    if (isReadOnly && method !== 'GET') return { status: 403, body: {} };
    return answer({ method, pathname, query: searchParams, body: isJsonObject(body) ? body : {} });
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** One page of a list, as both forges cut it. */
export function pageOf<T>(list: readonly T[], query: URLSearchParams): readonly T[] {
  const [size, page] = [Number(query.get('per_page')), Number(query.get('page'))];
  return list.slice((page - 1) * size, page * size);
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  request.setEncoding('utf8');
  for await (const part of request) text += String(part);
  return text === '' ? '{}' : text;
}
