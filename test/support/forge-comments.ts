/** The comments of one pull request on GitHub, or notes of one merge request on GitLab, behind their HTTP interface. */
import { type JsonObject, scalarText } from '../../src/model/json.ts';
import {
  type ForgeAnswer,
  type ForgeOptions,
  type ForgeRequest,
  type ForgeServer,
  forgeServer,
  pageOf,
} from './forge-server.ts';

export interface ForgeComment {
  readonly id: number;
  readonly author: string;
  readonly body: string;
}

export interface ForgeComments extends ForgeServer {
  readonly comments: ForgeComment[];
}

export async function forgeComments(
  options: ForgeOptions,
  before: readonly ForgeComment[] = [],
): Promise<ForgeComments> {
  const { forge, author } = options;
  const comments = [...before];
  const collection = forge === 'github' ? '/repos/acme/shop/issues/7/comments' : '/projects/42/merge_requests/7/notes';
  const members = forge === 'github' ? '/repos/acme/shop/issues/comments' : collection;

  function answer({ method, pathname, query, body: { body } }: ForgeRequest): ForgeAnswer {
    if (method === 'GET' && pathname === collection) return { status: 200, body: pageOf(comments, query).map(shown) };
    if (method === 'POST' && pathname === collection) {
      const comment = { id: comments.length + 1, author, body: scalarText(body ?? null) };
      comments.push(comment);
      return { status: 201, body: shown(comment) };
    }
    const index = comments.findIndex(({ id }) => pathname === `${members}/${id}`);
    const found = comments[index];
    if (method !== (forge === 'github' ? 'PATCH' : 'PUT') || found === undefined) return { status: 404, body: {} };
    comments[index] = { ...found, body: scalarText(body ?? null) };
    return { status: 200, body: shown(found) };
  }

  function shown({ id, author: login, body }: ForgeComment): JsonObject {
    return forge === 'github' ? { id, body, user: { login } } : { id, body, author: { username: login } };
  }

  const server = await forgeServer(options, answer);
  return { ...server, comments };
}
