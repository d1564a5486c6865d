/**
 * Who asks, and through which door. The socket is for this user alone and needs no more; through TCP a caller is whoever the
 * token says. A request that came through no known door is nobody's.
 */
import type { IncomingMessage } from 'node:http';
import type { Role } from './roles.ts';

export type Door =
  | { readonly kind: 'socket' }
  /** `isOwnName`: whether a `Host` header may name this listener so, without the port. */
  | { readonly kind: 'tcp'; isOwnName(name: string): boolean };

export type Caller =
  | { readonly kind: 'user'; readonly role: 'owner' }
  | { readonly kind: 'token'; readonly name: string; readonly role: Role }
  | { readonly kind: 'nobody' };

export interface KnownTokens {
  /** `null` for a token that is unknown, expired or revoked. */
  find(token: string): Promise<{ readonly name: string; readonly role: Role } | null>;
}

const doors = new WeakMap<IncomingMessage, Door>();

/** Said by the listener, before anything else sees the request. */
export function enter(request: IncomingMessage, door: Door): void {
  doors.set(request, door);
}

export function doorOf(request: IncomingMessage): Door | null {
  return doors.get(request) ?? null;
}

export async function callerOf(request: IncomingMessage, tokens: KnownTokens): Promise<Caller> {
  const door = doorOf(request);
  if (door?.kind === 'socket') return { kind: 'user', role: 'owner' };
  const token = bearerToken(request.headers.authorization);
  const known = door === null || token === null ? null : await tokens.find(token);
  return known === null ? { kind: 'nobody' } : { kind: 'token', ...known };
}

const LONGEST_TOKEN = 256;

function bearerToken(header: string | undefined): string | null {
  const [, token = ''] = /^Bearer +([\w.~+/=-]+) *$/i.exec(header ?? '') ?? [];
  return token === '' || token.length > LONGEST_TOKEN ? null : token;
}
