/** What routes have in common: which environment a request is about, how long it waits, and how documents are named. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Address, isAddress } from '../../model/address.ts';
import { TrueupError } from '../../model/failure.ts';
import { nearest } from '../../model/nearest.ts';
import type { Served, ServedEnvironment } from '../served.ts';
import type { Caller } from './caller.ts';
import type { Role } from './roles.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may ask; `anybody` for what says nothing that is worth keeping, or proves by itself who asks. */
    readonly role?: Role | 'anybody';
  }
  interface FastifyRequest {
    caller: Caller;
  }
}

/** Documents of the API that are more than a few fields, by the name under which the OpenAPI document has them. */
export type DocumentName = 'status' | 'plan' | 'run' | 'pass' | 'diagnostics' | 'cloud-event';

/** Stands for a document in the schema of a route until the OpenAPI document is put together. */
export function documentSchema(name: DocumentName): { readonly type: 'object'; readonly 'x-document': DocumentName } {
  return { type: 'object', 'x-document': name };
}

export const ENVIRONMENT_PARAMS = {
  type: 'object',
  required: ['source', 'name'],
  properties: {
    source: { type: 'string', description: 'The name of the folder or URL that it is read from.' },
    name: { type: 'string', description: 'The name of the environment.' },
  },
} as const;

export interface EnvironmentParams {
  readonly source: string;
  readonly name: string;
}

/** Throws `environment_not_found`. */
export function servedEnvironment(served: Served, { source, name }: EnvironmentParams): ServedEnvironment {
  const id = `${source}/${name}`;
  const environments = served.environments();
  const found = environments.find((environment) => environment.id === id);
  if (found !== undefined) return found;
  const ids = environments.map((environment) => environment.id);
  const suggestion = nearest(id, ids);
  throw new TrueupError('environment_not_found', `no environment is served as "${id}"`, {
    next: suggestion === null ? '`GET /v1/environments` lists all of them' : `did you mean "${suggestion}"?`,
  });
}

export function addressIn(text: string): Address {
  if (isAddress(text)) return text;
  throw new TrueupError('invalid_request', `"${text}" is no address of a resource`, {
    next: 'write it as service.web',
  });
}

export function invalidRequest(message: string, next: string): TrueupError {
  return new TrueupError('invalid_request', message, { next });
}

/** Aborts once the caller is gone, or the daemon ends. */
export function whileAsked(reply: FastifyReply, ending: AbortSignal): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort(new TrueupError('interrupted', 'the caller went away')));
  return AbortSignal.any([gone.signal, ending]);
}

/** What takes as long as it takes is not cut off for want of bytes; whoever then does not take the answer is. */
export async function waitingLong<T>({ raw }: FastifyRequest, work: () => Promise<T>): Promise<T> {
  const { socket } = raw;
  const { timeout = 0 } = socket;
  socket.setTimeout(0);
  try {
    return await work();
  } finally {
    socket.setTimeout(timeout);
  }
}

/** Who asked, for others to read. */
export function callerName(caller: Caller, user: string): string {
  return caller.kind === 'token' ? `token ${caller.name}` : user;
}
