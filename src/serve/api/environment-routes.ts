/** Environments: which there are, how they are, what a pass would do, and asking for one. */
import type { FastifyInstance } from 'fastify';
import type { Address } from '../../model/address.ts';
import { TrueupError } from '../../model/failure.ts';
import type { JsonObject } from '../../model/json.ts';
import { nearest } from '../../model/nearest.ts';
import { isOneLine } from '../../model/one-line.ts';
import { planDocument } from '../../report/plan-document.ts';
import { statusDocument } from '../../report/status-document.ts';
import type { ServedEnvironment } from '../served.ts';
import type { ApiContext } from './context.ts';
import { passDocument } from './pass-document.ts';
import {
  addressIn,
  callerName,
  documentSchema,
  ENVIRONMENT_PARAMS,
  type EnvironmentParams,
  invalidRequest,
  servedEnvironment,
  waitingLong,
  whileAsked,
} from './route-parts.ts';

interface ApplyQuery {
  readonly wait: 'true' | 'false';
}

interface ApplyBody {
  readonly addresses?: readonly string[];
  readonly reason?: string;
}

export function addEnvironmentRoutes(app: FastifyInstance, context: ApiContext): void {
  const { served, answer, ending } = context;

  app.get(
    '/v1/environments',
    { config: { role: 'viewer' }, schema: { summary: 'All environments that are served', response: { 200: LIST } } },
    async () => answer({ environments: served.environments().map(shownEnvironment) }),
  );

  app.get<{ Params: EnvironmentParams }>(
    '/v1/environments/:source/:name',
    {
      config: { role: 'viewer' },
      schema: {
        summary: 'How an environment is, as it was looked at last',
        params: ENVIRONMENT_PARAMS,
        response: { 200: documentSchema('status') },
      },
    },
    async ({ params }, reply) => {
      const environment = servedEnvironment(served, params);
      return answer(statusDocument({ environments: [await lookedAt(environment, whileAsked(reply, ending))] }));
    },
  );

  app.post<{ Params: EnvironmentParams }>(
    '/v1/environments/:source/:name/plan',
    {
      config: { role: 'operator' },
      schema: {
        summary: 'Look anew, and say what a pass would do; changes nothing',
        params: ENVIRONMENT_PARAMS,
        response: { 200: documentSchema('plan') },
      },
    },
    async (request, reply) => {
      const environment = servedEnvironment(served, request.params);
      const signal = whileAsked(reply, ending);
      return answer(planDocument(await waitingLong(request, () => environment.plan(signal))));
    },
  );

  app.post<{ Params: EnvironmentParams; Querystring: ApplyQuery; Body: ApplyBody | null }>(
    '/v1/environments/:source/:name/apply',
    {
      config: { role: 'operator' },
      schema: {
        summary: 'Ask for a pass, and wait until one that began after this has ended',
        params: ENVIRONMENT_PARAMS,
        querystring: APPLY_QUERY,
        body: APPLY_BODY,
        response: { 200: documentSchema('pass'), 202: ACCEPTED },
      },
    },
    async (request, reply) => {
      const environment = servedEnvironment(served, request.params);
      const { reason } = request.body ?? {};
      if (reason !== undefined && !isOneLine(reason))
        throw invalidRequest(
          'the reason holds a line break or another control character',
          'say it in one line of text',
        );
      const addresses = (request.body?.addresses ?? []).map(addressIn);
      const signal = whileAsked(reply, ending);
      await waitingLong(request, () => assertKnown(environment, addresses, signal));
      const by = callerName(request.caller, context.user);
      const trigger = {
        kind: 'request',
        reason: reason ?? `asked for by ${by}`,
        addresses: addresses.length === 0 ? null : addresses,
        isWord: true,
      } as const;
      if (request.query.wait === 'false') {
        context.inBackground(environment.reconcile(trigger, ending));
        return reply.code(202).send(answer({ environment: environment.id, accepted: true }));
      }
      const pass = await waitingLong(request, () => environment.reconcile(trigger, signal));
      return answer(passDocument(environment.id, pass));
    },
  );
}

/** Throws `address_not_found`. What the last look did not know may have been declared since. */
async function assertKnown(
  environment: ServedEnvironment,
  addresses: readonly Address[],
  signal: AbortSignal,
): Promise<void> {
  const known = new Set(environment.status()?.resources.map(({ address }) => address));
  if (addresses.every((address) => known.has(address))) return;
  const { changes, withheld } = await environment.plan(signal);
  for (const { address } of [...changes, ...withheld]) known.add(address);
  const unknown = addresses.find((address) => !known.has(address));
  if (unknown === undefined) return;
  const suggestion = nearest(unknown, [...known]);
  throw new TrueupError('address_not_found', `nothing in ${environment.name} is called "${unknown}"`, {
    next: suggestion === null ? 'its status lists all there is' : `did you mean "${suggestion}"?`,
  });
}

/** An environment that nobody has looked at yet is looked at now. */
async function lookedAt(
  environment: ServedEnvironment,
  signal: AbortSignal,
): Promise<NonNullable<ReturnType<ServedEnvironment['status']>>> {
  const known = environment.status();
  if (known !== null) return known;
  await environment.plan(signal);
  const status = environment.status();
  if (status !== null) return status;
  throw new TrueupError('not_looked_at', `nobody has looked at ${environment.id} yet`, {
    retryable: true,
    next: 'ask again in a moment',
  });
}

function shownEnvironment(environment: ServedEnvironment): JsonObject {
  const { id, name, source, isPaused } = environment;
  const status = environment.status();
  return { id, name, source, state: status?.state ?? null, paused: isPaused, frozen: environment.freezes().length };
}

const LIST = {
  type: 'object',
  additionalProperties: false,
  required: ['environments'],
  properties: {
    environments: {
      type: 'array',
      description: 'Sorted by id.',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['id', 'name', 'source', 'state', 'paused', 'frozen'],
        properties: {
          id: { type: 'string', description: 'The source, a slash and the name: what stands in paths.' },
          name: { type: 'string' },
          source: { type: 'string', description: 'The folder, or the URL without credentials.' },
          state: { type: ['string', 'null'], description: 'Null before the first look.' },
          paused: { type: 'boolean' },
          frozen: { type: 'integer', description: 'How many resources are frozen.' },
        },
      },
    },
  },
} as const;

const APPLY_QUERY = {
  type: 'object',
  properties: {
    wait: {
      type: 'string',
      enum: ['true', 'false'],
      default: 'true',
      description: '`false` answers at once; the event stream tells how it ends.',
    },
  },
} as const;

const APPLY_BODY = {
  type: ['object', 'null'],
  additionalProperties: false,
  properties: {
    addresses: {
      type: 'array',
      maxItems: 1000,
      items: { type: 'string', maxLength: 500 },
      description: 'What it is about; the whole environment when absent.',
    },
    reason: { type: 'string', maxLength: 500, description: 'For whoever reads of it later.' },
  },
} as const;

const ACCEPTED = {
  type: 'object',
  additionalProperties: false,
  required: ['environment', 'accepted'],
  properties: { environment: { type: 'string' }, accepted: { const: true } },
} as const;
