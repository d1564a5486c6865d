/** Freezes: leave a resource alone for a while. */
import type { FastifyInstance } from 'fastify';
import { type FreezeLength, freezeTerms } from '../../flow/freeze-terms.ts';
import { TrueupError } from '../../model/failure.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Freeze } from '../../model/served.ts';
import type { ApiContext } from './context.ts';
import {
  addressIn,
  callerName,
  ENVIRONMENT_PARAMS,
  type EnvironmentParams,
  invalidRequest,
  servedEnvironment,
} from './route-parts.ts';

interface FreezeBody {
  readonly address: string;
  readonly for?: string;
  readonly until?: string;
  readonly reason: string;
}

export function addFreezeRoutes(app: FastifyInstance, context: ApiContext): void {
  const { served, answer } = context;

  app.get<{ Params: EnvironmentParams }>(
    '/v1/environments/:source/:name/freezes',
    {
      config: { role: 'viewer' },
      schema: { summary: 'What is frozen', params: ENVIRONMENT_PARAMS, response: { 200: FREEZES } },
    },
    async ({ params }) => answer({ freezes: servedEnvironment(served, params).freezes().map(freezeJson) }),
  );

  app.post<{ Params: EnvironmentParams; Body: FreezeBody }>(
    '/v1/environments/:source/:name/freezes',
    {
      config: { role: 'operator' },
      schema: {
        summary: 'Leave a resource alone until a time',
        params: ENVIRONMENT_PARAMS,
        body: FREEZE_BODY,
        response: { 201: FREEZE },
      },
    },
    async ({ params, body, caller }, reply) => {
      const environment = servedEnvironment(served, params);
      const now = context.now();
      const { reason, lengthMs } = freezeTerms(body.reason, lengthIn(body, now), 'give a `reason`');
      const freeze: Freeze = {
        address: addressIn(body.address),
        since: new Date(now).toISOString(),
        until: new Date(now + lengthMs).toISOString(),
        reason: context.mask(reason),
        by: callerName(caller, context.user),
      };
      await environment.freeze(freeze);
      return reply.code(201).send(answer(freezeJson(freeze)));
    },
  );

  app.delete<{ Params: EnvironmentParams & { readonly address: string } }>(
    '/v1/environments/:source/:name/freezes/:address',
    {
      config: { role: 'operator' },
      schema: {
        summary: 'End a freeze before its time',
        params: {
          ...ENVIRONMENT_PARAMS,
          required: [...ENVIRONMENT_PARAMS.required, 'address'],
          properties: { ...ENVIRONMENT_PARAMS.properties, address: { type: 'string' } },
        },
        response: { 204: { type: 'null', description: 'It has ended.' } },
      },
    },
    async ({ params }, reply) => {
      const environment = servedEnvironment(served, params);
      const address = addressIn(params.address);
      if (!(await environment.endFreeze(address))) {
        throw new TrueupError('address_not_found', `${environment.id}/${address} is not frozen`, {
          next: 'there is nothing to end',
        });
      }
      return reply.code(204).send();
    },
  );
}

function lengthIn({ for: length, until }: FreezeBody, now: number): FreezeLength {
  if (length !== undefined && until === undefined) return { for: length };
  if (length === undefined && until !== undefined) return { until, now };
  throw invalidRequest(
    'a freeze has either a duration or an end',
    'give either `for`, such as "30m", or `until`, such as "2027-01-01T12:00:00Z"',
  );
}

function freezeJson({ address, since, until, reason, by }: Freeze): JsonObject {
  return { address, since, until, reason, by };
}

const FREEZE_BODY = {
  type: 'object',
  additionalProperties: false,
  required: ['address', 'reason'],
  properties: {
    address: { type: 'string', maxLength: 500 },
    for: { type: 'string', maxLength: 50, description: 'A duration such as `30m`, at most `168h`.' },
    until: { type: 'string', maxLength: 50, description: 'A time in ISO 8601, instead of a duration.' },
    reason: { type: 'string', minLength: 1, maxLength: 500, description: 'Why, for those who wonder.' },
  },
} as const;

const FREEZE = {
  type: 'object',
  additionalProperties: false,
  required: ['address', 'since', 'until', 'reason', 'by'],
  properties: {
    address: { type: 'string' },
    since: { type: 'string', format: 'date-time' },
    until: { type: 'string', format: 'date-time', description: 'When it ends by itself.' },
    reason: { type: 'string' },
    by: { type: 'string' },
  },
} as const;

const FREEZES = {
  type: 'object',
  additionalProperties: false,
  required: ['freezes'],
  properties: { freezes: { type: 'array', items: FREEZE } },
} as const;
