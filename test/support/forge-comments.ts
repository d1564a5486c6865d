/** The comments of one pull request on GitHub, or notes of one merge request on GitLab, behind their HTTP interface. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type JsonObject, member, parseJson, scalarText } from '../../src/model/json.ts';

export interface ForgeComment {
  readonly id: number;
  readonly author: string;
  readonly body: string;
}

export interface ForgeComments extends AsyncDisposable {
  readonly url: string;
  readonly comments: ForgeComment[];
  /** `METHOD /path` of each request. */
  readonly requests: string[];
}

export interface ForgeOptions {
  readonly forge: 'github' | 'gitlab';
  readonly token: string;
  /** Who the token belongs to. */
  readonly author: string;
  /** As with the token of a pull request from a fork. */
  readonly isReadOnly?: boolean;
}

export async function forgeComments(
  { forge, token, author, isReadOnly = false }: ForgeOptions,
  before: readonly ForgeComment[] = [],
): Promise<ForgeComments> {
  const comments = [...before];
  const requests: string[] = [];
  const server = createServer((request, response) => {
    void answer(request).then(([status, body]) => {
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
    });
  });

  async function answer(request: IncomingMessage): Promise<readonly [number, unknown]> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://forge');
    const method = request.method ?? '';
    requests.push(`${method} ${pathname}`);
    const given = forge === 'github' ? request.headers.authorization : request.headers['private-token'];
    if (given !== (forge === 'github' ? `Bearer ${token}` : token)) return [401, {}];
    const text = await textOf(request);
    const collection =
      forge === 'github' ? '/repos/acme/shop/issues/7/comments' : '/projects/42/merge_requests/7/notes';
    const members = forge === 'github' ? '/repos/acme/shop/issues/comments' : collection;
    if (method === 'GET' && pathname === collection) {
      const [size, page] = [Number(searchParams.get('per_page')), Number(searchParams.get('page'))];
      return [200, comments.slice((page - 1) * size, page * size).map(shown)];
    }
    if (isReadOnly) return [403, {}];
    const body = scalarText(member(parseJson(text), 'body'));
    if (method === 'POST' && pathname === collection) {
      const comment = { id: comments.length + 1, author, body };
      comments.push(comment);
      return [201, shown(comment)];
    }
    const index = comments.findIndex(({ id }) => pathname === `${members}/${id}`);
    const found = comments[index];
    if (method !== (forge === 'github' ? 'PATCH' : 'PUT') || found === undefined) return [404, {}];
    comments[index] = { ...found, body };
    return [200, shown(found)];
  }

  function shown({ id, author: login, body }: ForgeComment): JsonObject {
    return forge === 'github' ? { id, body, user: { login } } : { id, body, author: { username: login } };
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    comments,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  request.setEncoding('utf8');
  for await (const part of request) text += String(part);
  return text === '' ? '{}' : text;
}
