/**
 * What every request passes first: not too often, not from a page of another site, and by somebody who may. Through the
 * socket all of this is given, but that no browser should get there either.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { TrueupError } from '../../model/failure.ts';
import { type Caller, callerOf, doorOf, type KnownTokens } from './caller.ts';
import { covers } from './roles.ts';

/** How many requests a minute. */
export interface RateLimits {
  readonly perToken: number;
  /** Of an address that shows no token, webhooks among them. */
  readonly perAddress: number;
  /** Of an address that asks whether the daemon lives and is ready. */
  readonly perProbe?: number;
}

const RATE_LIMITS = { perToken: 1200, perAddress: 120, perProbe: 6000 } satisfies RateLimits;

const NOBODY: Caller = { kind: 'nobody' };

export async function addGuard(
  app: FastifyInstance,
  tokens: KnownTokens,
  rates: RateLimits = RATE_LIMITS,
): Promise<void> {
  const { default: rateLimit } = await import('@fastify/rate-limit');
  await app.register(rateLimit, { global: false, cache: 5000 });
  const checkRate = app.createRateLimit({
    max: (request: FastifyRequest) => mostOf(request, rates),
    timeWindow: 60_000,
    keyGenerator: keyOf,
  });
  app.decorateRequest('caller');
  app.addHook('onRequest', async (request, reply) => {
    request.caller = NOBODY;
    assertSameSite(request);
    request.caller = await callerOf(request.raw, tokens);
    if (request.caller.kind !== 'user') {
      const rate = await checkRate(request);
      if (!rate.isAllowed && rate.isExceeded) {
        reply.header('retry-after', rate.ttlInSeconds);
        throw tooOften(rate.ttlInSeconds);
      }
    }
    assertAllowed(request);
  });
}

function mostOf(request: FastifyRequest, rates: RateLimits): number {
  if (isProbe(request)) return rates.perProbe ?? RATE_LIMITS.perProbe;
  return request.caller.kind === 'token' ? rates.perToken : rates.perAddress;
}

function keyOf(request: FastifyRequest): string {
  const { caller, ip } = request;
  if (isProbe(request)) return `probe at ${ip}`;
  return caller.kind === 'token' ? `token ${caller.name}` : `at ${ip}`;
}

/** Whoever watches the daemon must never take it for dead because of what others ask. */
function isProbe({ routeOptions }: FastifyRequest): boolean {
  return routeOptions.url === '/livez' || routeOptions.url === '/readyz';
}

/** A browser says where a page is from; DNS that leads to us under another name shows in `Host`. */
function assertSameSite({ raw, headers }: FastifyRequest): void {
  const door = doorOf(raw);
  const { host = '', origin } = headers;
  const site = headers['sec-fetch-site'];
  if (origin !== undefined || (site !== undefined && site !== 'none' && site !== 'same-origin')) {
    throw new TrueupError('forbidden', 'pages of other sites may not ask the API', {
      next: 'ask it from a program, not from a browser',
    });
  }
  if (door?.kind === 'tcp' && !door.isOwnName(nameOf(host))) {
    throw new TrueupError('forbidden', 'the API is not called by this name', {
      next: 'ask it under the address that it listens on, or list the name under `api.hosts` in trueup.yaml',
    });
  }
}

/** `Host` without the port. */
function nameOf(host: string): string {
  return host.replace(/:\d+$/, '');
}

function assertAllowed({ caller, routeOptions, headers }: FastifyRequest): void {
  // What has no route needs a token too: nobody learns what there is by trying.
  const role = routeOptions.config.role ?? 'viewer';
  if (role === 'anybody') return;
  if (caller.kind === 'nobody') {
    const isShown = headers.authorization !== undefined;
    throw new TrueupError(
      'unauthenticated',
      isShown ? 'this token is not known, has expired or was revoked' : 'the API wants a token',
      { next: 'make one with `trueup serve token create`, and send it as `Authorization: Bearer …`' },
    );
  }
  if (covers(caller.role, role)) return;
  throw new TrueupError('forbidden', `this needs the role ${role}, and the token has ${caller.role}`, {
    next: `ask for a token with the role ${role}`,
  });
}

function tooOften(seconds: number): TrueupError {
  return new TrueupError('too_many_requests', 'too many requests within a minute', {
    retryable: true,
    next: `wait for ${seconds} s`,
  });
}
