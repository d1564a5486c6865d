/**
 * Webhooks: a forge says that something was pushed, and the sources that follow it look at once instead of at their next
 * turn. Nothing of what it says is believed beyond that: what is declared is read from git as ever.
 */
import type { FastifyInstance } from 'fastify';
import { TrueupError } from '../../model/failure.ts';
import { type Forge, FORGES, isForge } from '../../model/forge.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import type { ApiContext } from '../api/context.ts';
import { whileAsked } from '../api/route-parts.ts';
import type { Metrics } from '../metrics.ts';
import { repoPlace } from './clone-url.ts';
import { Deliveries } from './deliveries.ts';
import { deliveryOf, eventOf } from './forge.ts';
import { type PushedRef, type Told, toldBy } from './push.ts';
import { isSigned } from './signature.ts';

/** A source that can be told to look. */
export interface WebhookTarget {
  /** Of the source. */
  readonly name: string;
  /** Addresses of the repo that it follows. */
  readonly urls: readonly string[];
  /** Whether it follows this branch or tag. */
  concerns(ref: PushedRef): boolean;
  /** The secret that its webhooks of this forge are signed with; `null` where it takes none from there. */
  secret(forge: Forge, signal: AbortSignal): Promise<string | null>;
  /** Looks at once. */
  poke(reason: string): void;
}

export type WebhookTargets = () => readonly WebhookTarget[];

const LARGEST_BODY = 1024 * 1024;

/** In a scope of its own, in which bodies stay the bytes that were signed. */
export async function addWebhookRoute(
  app: FastifyInstance,
  context: ApiContext,
  metrics: Metrics,
  targets: WebhookTargets,
): Promise<void> {
  const deliveries = new Deliveries(context.now);
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      '*',
      { parseAs: 'buffer', bodyLimit: LARGEST_BODY },
      async (_request: unknown, body: Buffer) => body,
    );
    scope.post<{ Params: { readonly forge: string }; Body: Buffer | null }>(
      '/v1/webhooks/:forge',
      {
        bodyLimit: LARGEST_BODY,
        config: { role: 'anybody' },
        schema: {
          summary: 'Something was pushed; the signature is the only proof that is asked for',
          security: [],
          params: { type: 'object', required: ['forge'], properties: { forge: { type: 'string', enum: FORGES } } },
          response: { 202: TAKEN },
        },
        // Before a byte of the body is read. The schema would only be looked at after it.
        onRequest: async ({ params }) => {
          if (!isForge(params.forge)) throw unknownForge(params.forge);
        },
      },
      async ({ params, headers, body }, reply) => {
        const { forge } = params;
        if (!isForge(forge)) throw unknownForge(forge);
        const delivered = { headers, body: body ?? new Uint8Array(), now: context.now() };
        const signal = whileAsked(reply, context.ending);
        const signers = await signedBy(targets(), forge, (secret) => isSigned(forge, delivered, secret), signal);
        if (signers.length === 0) {
          metrics.webhook(forge, 'refused');
          throw wronglySigned(forge);
        }
        reply.code(202);
        if (!deliveries.take(forge, deliveryOf(forge, headers), delivered.body)) {
          metrics.webhook(forge, 'repeated');
          return taken('repeated');
        }
        const told = toldBy(forge, eventOf(forge, headers), payloadOf(delivered.body, headers['content-type']));
        const poked = told.type === 'push' ? signers.filter((target) => isMeant(target, told)) : [];
        for (const target of poked) target.poke(`webhook of ${forge}`);
        metrics.webhook(forge, poked.length > 0 ? 'accepted' : 'ignored');
        if (told.type !== 'push') return taken(told.type === 'ping' ? 'ping' : 'other_event');
        return poked.length === 0 ? taken('not_followed') : taken(null, poked);
      },
    );
  });
}

/** Each target proves its own deliveries: who has the secret of one repo says nothing about another. */
async function signedBy(
  targets: readonly WebhookTarget[],
  forge: Forge,
  isGood: (secret: string) => boolean,
  signal: AbortSignal,
): Promise<readonly WebhookTarget[]> {
  const signers: WebhookTarget[] = [];
  for (const target of targets) {
    const secret = await target.secret(forge, signal);
    if (secret !== null && isGood(secret)) signers.push(target);
  }
  return signers;
}

function isMeant(target: WebhookTarget, told: Extract<Told, { readonly type: 'push' }>): boolean {
  const places = new Set(told.urls.map(repoPlace));
  const isIt = target.urls.map(repoPlace).some((place) => {
    return place !== null && (places.has(place) || (told.tail !== null && place.endsWith(told.tail)));
  });
  return isIt && (told.refs.length === 0 || told.refs.some((ref) => target.concerns(ref)));
}

/** Some forges can send a form that holds the JSON. What cannot be read tells nothing, however well it is signed. */
function payloadOf(body: Uint8Array, type: string | undefined): Json {
  try {
    const text = Buffer.from(body).toString('utf8');
    const isForm = type?.startsWith('application/x-www-form-urlencoded') === true;
    return JSON.parse(isForm ? (new URLSearchParams(text).get('payload') ?? '') : text) as Json;
  } catch (error) {
    throw new TrueupError('invalid_request', 'the webhook is signed, and its body is no JSON', {
      cause: error,
      next: 'let the forge send JSON',
    });
  }
}

function taken(reason: string | null, poked: readonly WebhookTarget[] = []): JsonObject {
  return { accepted: poked.length > 0, sources: poked.map(({ name }) => name), reason };
}

function unknownForge(forge: string): TrueupError {
  return new TrueupError('route_not_found', `webhooks of "${forge.slice(0, 50)}" are not known`, {
    next: `there are: ${FORGES.join(', ')}`,
  });
}

function wronglySigned(forge: Forge): TrueupError {
  return new TrueupError(
    'signature_mismatch',
    `this webhook of ${forge} is not signed with a secret that is known here`,
    {
      next: 'give the forge and `webhooks` in trueup.yaml the same secret',
    },
  );
}

const TAKEN = {
  type: 'object',
  additionalProperties: false,
  required: ['accepted', 'sources', 'reason'],
  properties: {
    accepted: { type: 'boolean', description: 'Whether a source looks now.' },
    sources: { type: 'array', items: { type: 'string' }, description: 'Which ones.' },
    reason: {
      enum: ['repeated', 'ping', 'other_event', 'not_followed', null],
      description: 'Why none does.',
    },
  },
} as const;
